/** Wallets with little in them and less coming in than is asked for: clients fight for the last credits. */
const contended = { fault: 'none', cycles: 10, wallets: 12, startCredits: 60, thinkMs: 1 };

/** The faults, each with the control that shows what the same run says about a system that deserves it. */
export const scenarios = {
  contention: { ...contended, mix: { charge: 58, job: 38, grant: 4 } },
  'app-kill': { fault: 'app-kill', cycles: 200, instances: 3 },
  'backend-kill': { fault: 'backend-kill', cycles: 200 },
  'db-restart': { fault: 'db-restart', cycles: 20 },
  'db-pause': { fault: 'db-pause', cycles: 10 },
  'sql-edits': { fault: 'app-kill', cycles: 20, instances: 3, handEdits: true },
};

export const mixed = { fault: 'mixed', handEdits: true };

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
};

const short = {
  'app-kill': { cycles: 20 },
  'backend-kill': { cycles: 30 },
  'db-restart': { cycles: 1 },
  contention: {},
};
const shortControls = {
  'async-commit': { cycles: 2 },
  'unkeyed-retry': { cycles: 5 },
};

/** What to run: `[{ name, control?, options }]`. */
export function programmeOf({ isShort, minutes, fault, control, cycles }) {
  const own = cycles === undefined ? {} : { cycles };
  if (control !== undefined) return [controlRun(control, own)];
  if (fault !== undefined) return [{ name: fault, options: { ...scenarios[fault], ...own } }];
  if (minutes !== undefined) return [{ name: 'mixed', options: { ...mixed, minutes } }];
  const chosen = isShort ? Object.keys(short) : Object.keys(scenarios);
  return [
    ...chosen.map((name) => ({ name, options: { ...scenarios[name], ...(isShort ? short[name] : {}) } })),
    ...Object.keys(controls).map((name) => controlRun(name, isShort ? shortControls[name] : {})),
  ];
}

function controlRun(name, own) {
  const control = controls[name];
  return { name: `control ${name}`, control, options: { ...control.options, ...own, control: name } };
}
