import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { BrowserContextOptions } from 'playwright-core';
import { openStage, type Stage } from './stage.js';

describe('the keyboard', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  test('leads everywhere from a menu, an operator also to the desk', async () => {
    const page = await stage.open('typist', { credits: 5, admin: true });
    await page.locator('#balance.live').waitFor();
    await page.keyboard.press('Control+k');
    const menu = page.getByRole('dialog', { name: 'Commands' });
    await menu.waitFor();
    await page.keyboard.type('hist');
    expect(await menu.getByRole('option').allTextContents()).toEqual(['Go to History']);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your credits' }).waitFor();
    await page.keyboard.press('Control+k');
    await menu.waitFor();
    for (let press = 0; press < 3; press += 1) await page.keyboard.press('ArrowUp');
    await menu.getByRole('option', { name: 'Go to Operator', selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Operator', exact: true }).waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'detached' });
  });

  test('opens a menu that takes the very next key, however fast', async () => {
    const page = await stage.open('racer', { credits: 5 });
    await page.locator('#balance.live').waitFor();
    const taken = await page.evaluate(`(async () => {
      dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true }));
      // What the browser does before it gives the next event, without a frame.
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
      return [document.querySelector('dialog:modal')?.ariaLabel, document.activeElement?.ariaLabel];
    })()`);
    expect(taken).toEqual(['Commands', 'What to do']);
  });

  test('offers the desk to nobody else', async () => {
    const page = await stage.open('user', { credits: 5 });
    await page.locator('#balance.live').waitFor();
    await page.keyboard.press('Control+k');
    const options = await page.getByRole('option').allTextContents();
    expect(options).toContain('Go to History');
    expect(options).not.toContain('Go to Operator');
  });

  test('are named as they are on the machine, and not where there are none', async () => {
    const footer = async (user: string, profile: BrowserContextOptions) =>
      (await stage.open(user, { credits: 7, profile })).locator('footer').getByText('for commands');
    const here = await footer('keys', {});
    await here.getByText('Ctrl K').waitFor();
    const mac = await footer('mac', { userAgent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)' });
    await mac.getByText('⌘ K').waitFor();
    const phone = await footer('phone', { hasTouch: true, isMobile: true });
    await phone.waitFor({ state: 'hidden' });
    expect(await phone.count()).toBe(1);
  });

  test.each([320, 360, 700, 1280])('leads through the bar as the eye does, at %d px', async (width) => {
    const page = await stage.open(`reader-${width}`, {
      credits: 7,
      profile: { viewport: { width, height: 800 } },
    });
    await page.getByRole('link', { name: 'Get credits' }).waitFor();
    const places = await page.evaluate<[number, number][]>(
      `[...document.querySelectorAll('.bar :is(nav a, .get, .who button)')].map((one) => {
        const { top, height, left } = one.getBoundingClientRect();
        return [Math.round((top + height / 2) / 20), Math.round(left)];
      })`,
    );
    expect(places).toEqual(places.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
  });
});
