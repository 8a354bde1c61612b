import { START } from '../../model/clocked-credits.js';
import type { Stage } from './stage.js';

const ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Plays a story and writes down what the stage says to it. */
export class Teller {
  readonly #said: string[] = [];

  constructor(
    readonly stage: Stage,
    /** Whose wallet the story is about; another one for each telling. */
    readonly userId: string,
  ) {}

  get credits() {
    return this.stage.credits;
  }

  /** A time so many seconds after the story began. */
  time(seconds: number): string {
    return new Date(START + seconds * 1000).toISOString();
  }

  /** Writes the answer down, or the refusal; a refused call answers undefined. */
  async say<T>(what: string, call: () => Promise<T> | T): Promise<T | undefined> {
    try {
      const answer = await call();
      this.#write(what, answer);
      return answer;
    } catch (error) {
      const { code, message, facts, name } = error as Error & { code?: string; facts?: unknown };
      // A mistake in the story, or in the stage, is no refusal.
      if (code === undefined && !['RangeError', 'Error'].includes(name)) throw error;
      this.#write(what, { name, code, message, facts });
      return undefined;
    }
  }

  #write(what: string, said: unknown): void {
    // How soon something may be due is a bound, which each stage has of its own.
    this.#said.push(
      `${what}: ${JSON.stringify(said, (name, value: unknown) => (name === 'dueAt' ? undefined : value))}`,
    );
  }

  /** What was said, with ids named in the order in which they came up. */
  get told(): string[] {
    const names = new Map<string, string>();
    const named = (id: string) => {
      if (!names.has(id)) names.set(id, `id ${names.size + 1}`);
      return names.get(id)!;
    };
    return this.#said.map((line) => line.replaceAll(this.userId, 'user').replaceAll(ID, named));
  }
}
