import { failover } from './failover/failover.mjs';
import { backends } from './product/backends.mjs';
import { coherence } from './product/coherence.mjs';
import { fullDisk } from './product/full-disk.mjs';
import { groups } from './product/groups.mjs';
import { hostileFiles } from './product/hostile-files.mjs';
import { overload } from './product/overload.mjs';
import { pooled } from './product/pooled.mjs';
import { shutdown } from './product/shutdown.mjs';
import { paidStreams } from './product/paid-streams.mjs';
import { silence } from './product/silence.mjs';
import { streams } from './product/streams.mjs';

/** Wallets with little in them and less coming in than is asked for: clients fight for the last credits. */
const contended = { fault: 'none', cycles: 10, wallets: 12, startCredits: 60, thinkMs: 1 };

/** The faults, each with the control that shows what the same run says about a system that deserves it. */
export const scenarios = {
  contention: { ...contended, mix: { charge: 58, job: 38, grant: 4 } },
  'app-kill': { fault: 'app-kill', cycles: 200, instances: 3 },
  'backend-kill': { fault: 'backend-kill', cycles: 200 },
  'db-restart': { fault: 'db-restart', cycles: 20 },
  'db-pause': { fault: 'db-pause', cycles: 10 },
  'disk-full': { fault: 'disk-full', cycles: 10 },
  'sql-edits': { fault: 'app-kill', cycles: 20, instances: 3, handEdits: true },
};

const mixed = { fault: 'mixed', instances: 3, handEdits: true };

/** The whole product over HTTP, each with the question it answers. */
export const trials = {
  backends,
  coherence,
  groups,
  failover,
  'failover-async': (options) => failover({ cycles: 3, ...options, synchronous: false }),
  'full-disk': fullDisk,
  'hostile-files': hostileFiles,
  overload,
  pooled,
  silence,
  shutdown,
  streams,
  'paid-streams': paidStreams,
};

/**
 * Broken on purpose, so the run must say so. Durability is broken in PostgreSQL's settings, the rest in the
 * worker (broken-handlers.mjs).
 */
export const controls = {
  'async-commit': {
    breaks: 'synchronous_commit = off under immediate restarts',
    options: { fault: 'db-restart', cycles: 6, settings: { synchronous_commit: 'off' } },
    caught: ({ lost }) => lost > 0,
    expected: 'acknowledged operations are lost',
  },
  'unkeyed-retry': {
    breaks: 'retries without an idempotency key under kill -9',
    options: { fault: 'app-kill', cycles: 20, askAgainShare: 0, abandonShare: 0 },
    caught: ({ doubled }) => doubled > 0,
    expected: 'operations are doubled',
  },
  'read-then-write': {
    breaks: 'the charge reads, subtracts in the application and writes back',
    options: { ...contended, mix: { charge: 96, grant: 4 } },
    caught: ({ oversold, differences }) => oversold > 0 && differences > 0,
    expected: 'credits are oversold and the books disagree',
  },
  'charge-after-work': {
    breaks: 'the balance is looked at before the work and charged after it',
    options: { ...contended, mix: { job: 96, grant: 4 } },
    caught: ({ lost, oversold }) => lost > 0 && oversold > 0,
    expected: 'work is delivered without a charge',
  },
  'delete-only': {
    breaks: 'a change deletes the copy, and readers who come home late are trusted',
    play: coherence,
    options: {},
    caught: ({ stale, staleAtRest }) => stale + staleAtRest > 0,
    expected: 'balances are shown that are older than what was told',
  },
  'one-server': {
    breaks: 'all groups are on the server that is crashed',
    play: groups,
    options: { cycles: 3 },
    caught: ({ nearErrors }) => nearErrors > 0,
    expected: 'everybody sees errors',
  },
  'believe-anybody': {
    breaks: 'no timeline is remembered',
    play: failover,
    options: { cycles: 2 },
    caught: ({ onFormer, lost }) => onFormer > 0 && lost > 0,
    expected: 'a former primary is written to, and that is lost',
  },
  'open-door': {
    breaks: 'everybody is let in, however many there are',
    play: overload,
    options: {},
    caught: ({ slowestRefusalMs }) => slowestRefusalMs > 1_500,
    expected: 'refusals are late',
  },
  'one-process': {
    breaks: "strangers' files are read by the server itself",
    play: hostileFiles,
    options: { only: /10 MB in an old encoding|five million words|three million paragraphs/ },
    caught: ({ deaths, slowestMs }) => deaths > 0 || slowestMs > 300,
    expected: 'the server ends, or its other users wait',
  },
  'greedy-reader': {
    breaks: "strangers' files are read by the server itself, with an object for each character",
    play: hostileFiles,
    options: { only: /five million words/ },
    caught: ({ deaths }) => deaths > 0,
    expected: 'the server ends',
  },
  'nameless-errors': {
    breaks: 'errors of the database arrive without their code',
    play: backends,
    options: { seconds: 6, recoversWithinMs: 10_000 },
    caught: ({ wrong }) => wrong > 0,
    expected: 'trouble of the database is told as a fault of ours',
  },
  'blind-ready': {
    breaks: 'whether a write can succeed is asked without a page of its own',
    play: fullDisk,
    options: { seconds: 5 },
    caught: ({ blind }) => blind,
    expected: 'it says ready while the disk is full',
  },
  'free-leavers': {
    breaks: 'who leaves a stream pays nothing for it',
    play: paidStreams,
    options: { streams: 200, seconds: 5 },
    caught: ({ wrong }) => wrong > 0,
    expected: 'what was made is not charged',
  },
  'no-goodbye': {
    breaks: 'SIGKILL where SIGTERM was asked for',
    play: shutdown,
    options: { cycles: 2 },
    caught: ({ held }) => held > 0,
    expected: 'holds are left behind',
  },
};

const short = {
  'app-kill': { cycles: 20 },
  'backend-kill': { cycles: 30 },
  'db-restart': { cycles: 1 },
  contention: {},
};
/** Their limits in time allow for machines that do a dozen other things meanwhile. */
const shortTrials = {
  backends: { seconds: 6, recoversWithinMs: 10_000 },
  coherence: { seconds: 6, shownWithinMs: 3_000 },
  groups: { cycles: 1 },
  'full-disk': { seconds: 4, toldWithinMs: 4_000 },
  'hostile-files': { only: /^five million lines$|title of 9 MB|TXXX|three scripts/, waitsAtMostMs: 5_000 },
  overload: { seconds: 3, refusedWithinMs: 8_000 },
  silence: { seconds: 6, normalWithinMs: 5_000 },
  shutdown: { cycles: 2 },
};
const shortControls = {
  'one-process': {},
  'async-commit': { cycles: 2 },
  'unkeyed-retry': { cycles: 5 },
  'read-then-write': {},
  'charge-after-work': {},
  'delete-only': { seconds: 15 },
  'no-goodbye': { cycles: 1 },
};

/** What to run: `[{ name, control?, play?, options }]`. */
export function programmeOf({ isShort, minutes, fault, trial, control, cycles }) {
  const own = cycles === undefined ? {} : { cycles };
  if (control !== undefined) return [controlRun(control, own)];
  if (trial !== undefined) return [{ name: trial, play: trials[trial], options: own }];
  if (fault !== undefined) return [{ name: fault, options: { ...scenarios[fault], ...own } }];
  if (minutes !== undefined) return [{ name: 'mixed', options: { ...mixed, minutes } }];
  const [faultsOf, trialsOf, controlsOf] = isShort
    ? [short, shortTrials, shortControls]
    : [scenarios, trials, controls].map((all) =>
        Object.fromEntries(Object.keys(all).map((name) => [name, {}])),
      );
  return [
    ...Object.entries(faultsOf).map(([name, less]) => ({ name, options: { ...scenarios[name], ...less } })),
    ...Object.entries(trialsOf).map(([name, options]) => ({ name, play: trials[name], options })),
    ...Object.entries(controlsOf).map(([name, less]) => controlRun(name, less)),
  ];
}

function controlRun(name, own) {
  const control = controls[name];
  return {
    name: `control ${name}`,
    control,
    play: control.play,
    options: { ...control.options, ...own, control: name },
  };
}
