import { Injectable } from '@nestjs/common';

class Signal {
  resolve!: () => void;
  reject!: (error: Error) => void;
  readonly promise = new Promise<void>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

interface Job {
  begun: Signal;
  end: Signal;
  left: Signal;
}

/** Work that lasts until a test ends it, so that no test has to guess how long anything takes. */
@Injectable()
export class Workshop {
  readonly #jobs = new Map<string, Job>();

  /** What a handler does. */
  async work(name: string): Promise<void> {
    const { begun, end } = this.#job(name);
    begun.resolve();
    await end.promise;
  }

  has(name: string): boolean {
    return this.#jobs.has(name);
  }

  begun(name: string): Promise<void> {
    return this.#job(name).begun.promise;
  }

  end(name: string): void {
    this.#job(name).end.resolve();
  }

  fail(name: string, error: Error): void {
    this.#job(name).end.reject(error);
  }

  /** A test that failed must not keep its app from closing. */
  endAll(): void {
    for (const { end } of this.#jobs.values()) end.resolve();
  }

  /** The request is through with its handler and with everything around it. */
  left(name: string): Promise<void> {
    return this.#job(name).left.promise;
  }

  reportLeft(name: string): void {
    this.#job(name).left.resolve();
  }

  #job(name: string): Job {
    const job = this.#jobs.get(name) ?? { begun: new Signal(), end: new Signal(), left: new Signal() };
    this.#jobs.set(name, job);
    return job;
  }
}
