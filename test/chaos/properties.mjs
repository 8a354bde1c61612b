const ANSWER_LIMIT_MS = 10_000;
/** Not counted is the time in which no client was served at all: then nobody can free a hold either. */
const ORPHAN_LIMIT_MS = 5000;
/** What a minute of everything mixed must bring about, or it proves less than it says. */
const FAULTS_A_MINUTE = { kills: 20, terminations: 100, restarts: 1 };

/** What has to be true after a run, each with what was seen. */
export function propertiesOf(result) {
  const { fault, acknowledged, lost, doubled, oversold, differences, contradictions, undecided } = result;
  const { leftBehind, longestOrphanMs, longestServedOrphanMs, longestOutageMs } = result;
  const { slowestMs, surprises, unknown, refused, looks } = result;
  return [
    ['nothing acknowledged is lost', lost === 0, `${lost} of ${acknowledged}`],
    ['nothing is doubled', doubled === 0, doubled],
    ['nothing is oversold', oversold === 0, `${oversold} credits`],
    ['the books agree', differences === 0, `${differences} differences`],
    ['no answer contradicts another', contradictions.length === 0, contradictions.slice(0, 3).join('; ')],
    ['every key comes to a definite outcome', undecided === 0, `${undecided} did not`],
    [
      `no hold is older than its time to live + ${ORPHAN_LIMIT_MS / 1000} s`,
      leftBehind === 0 && longestServedOrphanMs <= ORPHAN_LIMIT_MS,
      `${leftBehind} left, longest ${longestOrphanMs} ms, ${longestServedOrphanMs} ms of it while clients were ` +
        `served, longest outage ${Math.round(longestOutageMs)} ms`,
    ],
    [
      `every call is answered within ${ANSWER_LIMIT_MS / 1000} s`,
      slowestMs <= ANSWER_LIMIT_MS,
      `slowest ${Math.round(slowestMs)} ms`,
    ],
    ['no balance shown is older than one that was told', looks.stale === 0, looks.examples.join('; ')],
    ['no instance ends by itself', surprises === 0, `${surprises} did`],
    // A fault that meets nothing in flight shows nothing, and neither do clients who can all have what they want.
    fault === 'none'
      ? ['the wallets ran dry', refused > 0, `${refused} refused`]
      : ['the fault hit work in flight', unknown > 0, `${unknown} outcomes unknown at first`],
    ...(fault === 'mixed' ? [enoughFaults(result)] : []),
  ];
}

function enoughFaults({ struck, minutes }) {
  const wanted = Object.entries(FAULTS_A_MINUTE).map(([name, count]) => [name, Math.floor(count * minutes)]);
  return [
    `there were at least ${wanted.map(([name, count]) => `${count} ${name}`).join(', ')}`,
    wanted.every(([name, count]) => struck[name] >= count),
    JSON.stringify(struck),
  ];
}
