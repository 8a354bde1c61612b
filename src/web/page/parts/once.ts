/**
 * What a click does that costs something or takes a while: of a double click only the first one counts, and none while
 * it is busy. A button that is disabled meanwhile would lose the focus.
 */
export function once(isBusy: boolean, act?: (event: MouseEvent) => void) {
  return (event: MouseEvent): void => {
    if (isBusy || event.detail > 1) event.preventDefault();
    else act?.(event);
  };
}
