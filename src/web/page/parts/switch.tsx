interface SwitchProps<K extends string | number> {
  label: string;
  options: Readonly<Record<K, string>>;
  chosen: K;
  onChoose: (option: K) => void;
}

/** One of a few, all in sight. */
export function Switch<K extends string | number>({ label, options, chosen, onChoose }: SwitchProps<K>) {
  return (
    <div class="switch" role="group" aria-label={label}>
      {(Object.keys(options) as K[]).map((option) => (
        <button
          key={option}
          type="button"
          aria-pressed={String(option) === String(chosen)}
          onClick={() => onChoose(option)}
        >
          {options[option]}
        </button>
      ))}
    </div>
  );
}
