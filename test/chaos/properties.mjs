const ANSWER_LIMIT_MS = 10_000;
const ORPHAN_LIMIT_MS = 5000;
/** While the application or its database is away nobody can free a hold; afterwards there is this long. */
const ORPHAN_LIMIT_AFTER_OUTAGE_MS = 2000;

/** What has to be true after a run, each with what was seen. */
export function propertiesOf(result) {
  const { fault, acknowledged, lost, doubled, oversold, differences, contradictions, undecided } = result;
  const { leftBehind, longestOrphanMs, longestOutageMs, slowestMs, surprises, unknown, refused } = result;
  const orphanLimitMs = Math.max(ORPHAN_LIMIT_MS, longestOutageMs + ORPHAN_LIMIT_AFTER_OUTAGE_MS);
  return [
    ['nothing acknowledged is lost', lost === 0, `${lost} of ${acknowledged}`],
    ['nothing is doubled', doubled === 0, doubled],
    ['nothing is oversold', oversold === 0, `${oversold} credits`],
    ['the books agree', differences === 0, `${differences} differences`],
    ['no answer contradicts another', contradictions.length === 0, contradictions.slice(0, 3).join('; ')],
    ['every key comes to a definite outcome', undecided === 0, `${undecided} did not`],
    [
      `no hold is older than its time to live + ${ORPHAN_LIMIT_MS / 1000} s`,
      leftBehind === 0 && longestOrphanMs <= orphanLimitMs,
      `${leftBehind} left, longest ${longestOrphanMs} ms, longest outage ${Math.round(longestOutageMs)} ms`,
    ],
    [
      `every call is answered within ${ANSWER_LIMIT_MS / 1000} s`,
      slowestMs <= ANSWER_LIMIT_MS,
      `slowest ${Math.round(slowestMs)} ms`,
    ],
    ['no instance ends by itself', surprises === 0, `${surprises} did`],
    // A fault that meets nothing in flight shows nothing, and neither do clients who can all have what they want.
    fault === 'none'
      ? ['the wallets ran dry', refused > 0, `${refused} refused`]
      : ['the fault hit work in flight', unknown > 0, `${unknown} outcomes unknown at first`],
  ];
}
