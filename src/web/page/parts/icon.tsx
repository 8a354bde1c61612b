const PATHS = {
  audio: 'M4 10v4M8 7v10M12 4v16M16 8v8M20 10.5v3',
  txt: 'M5 6h14M5 10.5h14M5 15h14M5 19.5h8',
  docx: 'M7 3h7l4 4v14H7zM14 3v4h4M9.5 12l1.2 5 1.5-4 1.5 4 1.2-5',
  export: 'M12 15V4M8 8l4-4 4 4M5 14v6h14v-6',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M6 6l12 12M18 6L6 18',
  clock: 'M12 7v5l3.5 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  wait: 'M12 3v4M12 17v4M3 12h4M17 12h4M5.6 5.6l2.9 2.9M15.5 15.5l2.9 2.9M18.4 5.6l-2.9 2.9M8.5 15.5l-2.9 2.9',
  empty: 'M4 13h4l1.5 3h5L16 13h4M4 13l3-8h10l3 8v6H4z',
  play: 'M7 5v14l12-7z',
  bin: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13',
  back: 'M15 5l-7 7 7 7',
  up: 'M6 15l6-6 6 6',
  down: 'M6 9l6 6 6-6',
  save: 'M12 4v11M8 11l4 4 4-4M5 20h14',
} as const;

export type IconName = keyof typeof PATHS;

/** A picture beside words that say the same. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
