import { useMemo } from 'preact/hooks';
import { place, type Chosen } from './place.js';
import { useStore } from './store.js';

/** By name: which of what stands in an address is taken. */
export type Choices<N extends string = string> = Readonly<Record<N, (value: string) => boolean>>;

/** What is chosen of these; empty where nothing is, or nothing that can be. */
export function useChosen<N extends string>(choices: Choices<N>): Readonly<Record<N, string>> {
  const { chosen } = useStore(place);
  // The same for the same: what is made of it is not made anew for something else that was chosen.
  const text = JSON.stringify(Object.keys(choices).map((name) => [name, takenOf(choices, chosen, name)]));
  return useMemo(() => Object.fromEntries(JSON.parse(text) as [N, string][]) as Record<N, string>, [text]);
}

/** What of an address means nothing here: a name that is unknown, or a value that its name does not take. */
export function leftOutOf(chosen: Chosen, choices: Choices): string[] {
  return Object.entries(chosen)
    .filter(([name]) => takenOf(choices, chosen, name) === '')
    .map(([name, value]) => `${name}=${value}`);
}

function takenOf(choices: Choices, chosen: Chosen, name: string): string {
  const value = chosen[name] ?? '';
  return value !== '' && choices[name]?.(value) === true ? value : '';
}

export function oneOf(...values: string[]): (value: string) => boolean {
  return (value) => values.includes(value);
}
