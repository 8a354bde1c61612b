let aheadMs = 0;

/** What the server's clock says, as far as it was asked: that of the browser may be wrong by hours. */
export const serverNow = (): number => Date.now() + aheadMs;

/** Without an answer the browser's clock has to do. */
export async function askTheTime(): Promise<void> {
  const answer = await fetch('/page.json', { method: 'HEAD', cache: 'no-store' }).catch(() => null);
  const told = Date.parse(answer?.headers.get('date') ?? '');
  if (!Number.isNaN(told)) aheadMs = told - Date.now();
}
