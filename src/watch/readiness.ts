import { Injectable, type OnModuleDestroy } from '@nestjs/common';

export type ReadinessCheck = () => boolean | Promise<boolean>;

/** Tells whether this process can do its work now. Modules add checks of what they depend on. */
@Injectable()
export class Readiness implements OnModuleDestroy {
  readonly #checks = new Map<string, ReadinessCheck>();
  #closing = false;

  add(name: string, check: ReadinessCheck): void {
    this.#checks.set(name, check);
  }

  /** A check that throws counts as a no. */
  async report(): Promise<{ ready: boolean; checks: Record<string, boolean> }> {
    const checks = await Promise.all(
      [...this.#checks].map(async ([name, check]) => [name, await isFulfilled(check)] as const),
    );
    const ready = !this.#closing && checks.every(([, fulfilled]) => fulfilled);
    return { ready, checks: Object.fromEntries(checks) };
  }

  /** Not ready from now on, so that a load balancer sends no more requests. */
  close(): void {
    this.#closing = true;
  }

  onModuleDestroy(): void {
    this.close();
  }
}

async function isFulfilled(check: ReadinessCheck): Promise<boolean> {
  try {
    return await check();
  } catch {
    return false;
  }
}
