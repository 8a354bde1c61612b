import { expect, test } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

// setInterval begins an asynchronous piece of work again while the last one still waits, and a rejection of it ends the
// process. Work that recurs is Recurring's business (src/credits/upkeep/recurring.ts); here is what is not such work.

const src = join(import.meta.dirname, '..', '..', 'src');

const WITHOUT_WAITING = [
  'credits/ledger/announcer.ts',
  'credits/ledger/gatherer.ts',
  'credits/ledger/migrate.ts',
  'credits/ledger/standstill.ts',
  'credits/upkeep/recurring.ts',
  'credits/wallet-changes.ts',
  'http/shutdown.ts',
  'library/apart/become-lowly.ts',
];
/** One hold that waits for its wallet must not keep the others from being extended: the rounds may overlap. */
const OVERLAPPING = ['credits/upkeep/hold-keeper.ts'];

test('nothing but Recurring does asynchronous work every so often', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .filter((file) => /\bsetInterval\(/.test(readFileSync(join(src, file), 'utf8')));
  expect(files.sort()).toEqual([...WITHOUT_WAITING, ...OVERLAPPING].sort());
});
