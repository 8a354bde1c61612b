// Takes the pictures in docs/screenshots anew, as a newcomer with 100 credits sees the page. Look at them afterwards.
// Usage: CREDIT_TOPUP_URL=https://shop.example/credits npm start; node test/browser/screenshots.mjs <address> [browser]
import { chromium } from 'playwright-core';

const [address, executablePath = '/usr/bin/chromium'] = process.argv.slice(2);
const folder = 'docs/screenshots';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const context = await browser.newContext({ locale: 'en-US', reducedMotion: 'reduce' });
const page = await context.newPage();
const take = (name) => page.screenshot({ path: `${folder}/${name}.png` });
const see = (width, height, colorScheme) =>
  Promise.all([
    page.setViewportSize({ width, height }),
    page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }),
  ]);
const jobIs = (name, words) => page.locator('.job', { hasText: name }).getByText(words).first().waitFor();
const exported = async (format) => {
  const done = page.locator('.export .job.done');
  const before = await done.count();
  await page.getByRole('radio', { name: format }).check();
  await page.getByRole('button', { name: /^Export as/ }).click();
  await done.nth(before).waitFor();
};

await see(1280, 1180, 'light');
await page.goto(address);
await page.locator('#balance.live').waitFor();
for (const [chip, file] of [
  ['a chapter', 'the-lighthouse.txt'],
  ['a Word document', 'reading-notes.docx'],
  ['a bell', 'evening-bell.wav'],
]) {
  await page.locator('.chip', { hasText: chip }).click();
  await jobIs(file, 'Done');
}
const cut = { name: 'interview.wav', mimeType: '', buffer: Buffer.from('RIFF\0\0\0\0WAVE') };
await page.setInputFiles('input[type=file]', cut);
await jobIs('interview.wav', 'not charged');
await page.getByRole('checkbox', { name: /^Mark all 2 documents/ }).check();
await exported('PDF');
await page.evaluate('scrollTo(0, 0)');
await take('work-light');

await page.getByRole('link', { name: 'Read Reading Notes' }).click();
await page.locator('.text').waitFor();
await see(360, 780, 'light');
await take('reader-360');

await see(1280, 1000, 'dark');
await page.getByRole('link', { name: 'History' }).click();
await page.getByRole('link', { name: /^Read the-lighthouse.txt/ }).waitFor();
await page.locator('.chart svg').waitFor();
await take('history-dark');
await page.getByRole('button', { name: /^About Charge · Text/ }).click();
await page.getByRole('dialog').getByText('Set aside').waitFor();
await page.getByRole('dialog').getByText('From').first().waitFor();
await take('drawer-dark');
await page.keyboard.press('Escape');

await page.getByRole('link', { name: 'Work', exact: true }).click();
await page.getByRole('checkbox', { name: /^Mark all 2 documents/ }).check();
for (let paid = 0; paid < 5; paid += 1) await exported('PDF');
await page.getByRole('region', { name: 'No credits left' }).waitFor();
await page.getByRole('button', { name: 'Clear what is done' }).click();
await page.locator('.chip', { hasText: 'a Word document' }).click();
await jobIs('reading-notes.docx', 'not enough credits');
await see(360, 780, 'dark');
await page.evaluate('scrollTo(0, 0)');
await take('running-out-360-dark');
await browser.close();
