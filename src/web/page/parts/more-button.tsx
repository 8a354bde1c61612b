/** To the rest of a list, where there is more of it. */
export function MoreButton({ more }: { more: (() => void) | null }) {
  if (more === null) return null;
  return (
    <button type="button" class="quiet" onClick={more}>
      Show more
    </button>
  );
}
