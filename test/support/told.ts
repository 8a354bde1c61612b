import { walletHash } from '../../src/credits/plumbing.js';
import type { CreditsService } from '../../src/credits/index.js';
import type { BalanceDisplay } from '../../src/credits-display/reader.js';
import { until } from './until.js';

/**
 * Waits until a wallet's changes have come back by way of the database. They are announced behind their commits, and a
 * copy that was taken before is read once more; what this process says of itself does not count.
 */
export function hearing(
  display: BalanceDisplay,
  credits: Pick<CreditsService, 'balance'>,
): (userId: string) => Promise<void> {
  const told = new Map<number, number>();
  const walletChanged = display.walletChanged.bind(display);
  display.walletChanged = (wallet, version) => {
    walletChanged(wallet, version);
    told.set(wallet, version);
  };
  display.changed = (userId, version) => walletChanged(walletHash(userId), version);
  return async (userId) => {
    const { version } = await credits.balance(userId);
    await until(() => (told.get(walletHash(userId)) ?? 0) >= version);
  };
}
