import { jest } from '@jest/globals';
import type { Step } from './scripted.js';

export const balanceAt = (version: number, available = version) => ({
  available,
  held: 0,
  balance: available,
  owed: 0,
  version,
  low: false,
  nextExpiryAt: null,
  nextRefill: null,
});

/** A line on which a test tells balances, and which it ends. */
export function line() {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  let isOpen = false;
  const open: Step = (signal) => {
    const body = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) });
    isOpen = true;
    signal?.addEventListener('abort', () => {
      isOpen = false;
      controller.error(signal.reason);
    });
    return new Response(body);
  };
  const write = (text: string) => controller.enqueue(new TextEncoder().encode(text));
  return {
    open,
    tell: async (version: number, available?: number) => {
      write(`event: balance\ndata: ${JSON.stringify(balanceAt(version, available))}\n\n`);
      await settled();
    },
    beat: () => write(':\n\n'),
    end: () => controller.close(),
    get isOpen() {
      return isOpen;
    },
  };
}

/** With timers that stand still. */
export const settled = () => jest.advanceTimersByTimeAsync(0);
