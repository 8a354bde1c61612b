/**
 * Does one piece of work every so often, never twice at once. What fails is told and done again the next time. `stop`
 * ends with what is under way: call it before the connections close, in `beforeApplicationShutdown`.
 */
export class Recurring {
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> | undefined;
  #isOver = false;

  constructor(
    private readonly work: () => Promise<void>,
    private readonly everyMs: number,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** Work that goes on for long looks here between its pieces. */
  get isOver(): boolean {
    return this.#isOver;
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), this.everyMs).unref();
  }

  /** Without waiting for the next time; nothing while the work is under way. */
  wake(): void {
    if (this.#isOver) return;
    this.#underWay ??= this.work()
      .catch(this.onFailure)
      .finally(() => (this.#underWay = undefined));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    clearInterval(this.#timer);
    await this.#underWay;
  }
}
