import { priceWords, usePrice } from '../parts/price.js';
import { FORMATS, type Format } from './formats.js';

interface FormatChoiceProps {
  chosen: string;
  isPossible: (format: Format) => boolean;
  onChoose: (format: string) => void;
}

export function FormatChoice({ chosen, isPossible, onChoose }: FormatChoiceProps) {
  return (
    <fieldset>
      <legend>Format</legend>
      {FORMATS.map((offered) => (
        <label key={offered.format} class="choice">
          <input
            type="radio"
            name="format"
            value={offered.format}
            checked={offered.format === chosen}
            disabled={!isPossible(offered)}
            onChange={() => onChoose(offered.format)}
          />
          <span class="title">{offered.name}</span>
          <FormatPrice action={offered.action} />
        </label>
      ))}
    </fieldset>
  );
}

function FormatPrice({ action }: { action: string | null }) {
  return <span class="soft">{priceWords(usePrice(action))}</span>;
}
