import { number } from './words.js';

/** A few amounts, each with its name. */
export function Figures({ figures }: { figures: Record<string, number> }) {
  return (
    <dl class="figures">
      {Object.entries(figures).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class="figure">{number(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
