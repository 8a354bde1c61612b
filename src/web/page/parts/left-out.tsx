import { place } from '../state/place.js';
import { useStore } from '../state/store.js';
import { leftOutOf, type Choices } from '../state/use-chosen.js';
import { Notice } from './notice.js';
import { Written } from './written.js';

/** An address that asks for what there is not shows the rest of it, and says so: nobody takes it for filtered. */
export function LeftOut({ choices }: { choices: Choices }) {
  const left = leftOutOf(useStore(place).chosen, choices);
  if (left.length === 0) return null;
  return (
    <Notice tone="plain">
      The address also asks for <Written text={left.join(', ')} />, which is nothing to choose by here; it was
      left out.
    </Notice>
  );
}
