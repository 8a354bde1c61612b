import { useState } from 'preact/hooks';
import { DAYS, UsageBars } from './usage-bars.js';

/** What was used of late, refunded later or not. */
export function UsagePart({ version }: { version: number | null }) {
  const [groupBy, setGroupBy] = useState<'day' | 'action'>('day');
  return (
    <section class="card" aria-labelledby="usage">
      <div class="head">
        <h2 id="usage">Used in {DAYS} days</h2>
        <div class="switch" role="group" aria-label="Grouped by">
          {(['day', 'action'] as const).map((kind) => (
            <button key={kind} type="button" aria-pressed={kind === groupBy} onClick={() => setGroupBy(kind)}>
              {kind === 'day' ? 'By day' : 'By action'}
            </button>
          ))}
        </div>
      </div>
      {/* Another question: the answer to the one before must not be drawn as its own. */}
      <UsageBars key={groupBy} groupBy={groupBy} version={version} />
    </section>
  );
}
