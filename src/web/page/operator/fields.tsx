/** Whole credits; `min` 1 gives only, without it a negative amount takes. */
export function AmountField({ min, max, value }: { min?: number; max?: number; value?: number }) {
  return (
    <label>
      Amount
      <input
        name="amount"
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

export function ExpiryField() {
  return (
    <label>
      <span>
        Expires <span class="soft">(empty: never)</span>
      </span>
      <input name="expiresAt" type="datetime-local" />
    </label>
  );
}
