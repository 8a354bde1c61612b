/** Work was ended because it took more of this machine than it may: another time, or elsewhere, it may pass. */
export class OverLimitError extends Error {
  override name = 'OverLimitError';

  constructor(
    readonly limit: string,
    cause?: unknown,
  ) {
    super(`more than ${limit}`, { cause });
  }
}
