import type { Locator, Page } from 'playwright-core';

/** The pill in the bar. */
export function pill(page: Page): Locator {
  return page.locator('#balance');
}

/** Waits until the pill shows so many credits, whatever it notes beside them. */
export async function showsCredits(
  page: Page,
  credits: number | string,
  patience?: { timeout: number },
): Promise<void> {
  await pill(page).locator('strong').getByText(String(credits), { exact: true }).waitFor(patience);
}

/** What became of a file or an export, beside its name. */
export function outcome(page: Page, name: string, words: string | RegExp): Locator {
  return page.locator('.job', { hasText: name }).locator('.outcome', { hasText: words });
}

export async function choose(
  page: Page,
  ...files: { name: string; content: string | Buffer }[]
): Promise<void> {
  const chosen = files.map(({ name, content }) => ({ name, mimeType: '', buffer: Buffer.from(content) }));
  await page.setInputFiles('input[type=file]', chosen);
}

/** As over a poor line: some 500 kB a second upwards. */
export async function slowDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: 500_000,
  });
}
