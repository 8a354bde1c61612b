import type { Page, Route } from 'playwright-core';

/** Answers a list of the API in pages, as the contract says it: `?limit&cursor` to `{ data, nextCursor }`. */
export async function answerInPages(page: Page, path: string, rows: readonly unknown[]): Promise<void> {
  await page.route(
    (url) => url.pathname === path,
    async (route: Route) => {
      const asked = new URL(route.request().url()).searchParams;
      const from = Number(asked.get('cursor') ?? 0);
      const limit = Number(asked.get('limit'));
      const isEnd = from + limit >= rows.length;
      await route.fulfill({
        json: { data: rows.slice(from, from + limit), nextCursor: isEnd ? null : String(from + limit) },
      });
    },
  );
}
