interface AmountFieldProps {
  /** What the form is about, for people who cannot see which form a field is in: “the grant”. */
  of: string;
  min?: number;
  max?: number;
  value?: number;
}

/** Whole credits; `min` 1 gives only, without it a negative amount takes. */
export function AmountField({ of, min, max, value }: AmountFieldProps) {
  return (
    <label>
      Amount
      <input
        name="amount"
        aria-label={`Amount of ${of}`}
        type="number"
        required
        step={1}
        min={min}
        max={max ?? Number.MAX_SAFE_INTEGER}
        defaultValue={value === undefined ? undefined : String(value)}
      />
    </label>
  );
}

export function ExpiryField({ of }: { of: string }) {
  return (
    <label>
      <span>
        Expires <span class="soft">(empty: never)</span>
      </span>
      <input name="expiresAt" type="datetime-local" aria-label={`Expires (empty: never): ${of}`} />
    </label>
  );
}
