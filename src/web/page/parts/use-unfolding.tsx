import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { number } from './words.js';

interface Unfolding<T> {
  shown: T[];
  /** Shows them all, or fewer again; null where they are few. */
  button: VNode | null;
}

/** The first of many, until somebody asks for all of them. */
export function useUnfolding<T>(rows: T[], most: number, of: string): Unfolding<T> {
  const [isUnfolded, setUnfolded] = useState(false);
  if (rows.length <= most) return { shown: rows, button: null };
  const words = isUnfolded ? 'Show fewer' : `Show all ${number(rows.length)}`;
  const button = (
    <button
      type="button"
      class="quiet"
      aria-label={`${words} ${of}`}
      onClick={() => setUnfolded(!isUnfolded)}
    >
      {words}
    </button>
  );
  return { shown: isUnfolded ? rows : rows.slice(0, most), button };
}
