import { creditsHooks, type CreditsHooks, type Hooks } from '../../src/client/index.js';

interface Effect {
  inputs: readonly unknown[];
  undo: (() => void) | undefined;
}

/** A component and as much of React as it asks for: state in slots, and effects after a turn that changed their inputs. */
export class Rendered<T> {
  shown!: T;
  /** How often it was asked for. */
  turns = 0;
  readonly #slots: unknown[] = [];
  readonly #effects: Effect[] = [];
  readonly #hooks: CreditsHooks;
  #due: (() => void)[] = [];
  #slot = 0;
  #effect = 0;
  #isTurning = false;
  #isStale = false;

  constructor(private readonly component: (hooks: CreditsHooks) => T) {
    const useState = <S>(initial: S | (() => S)): [S, (next: S) => void] => this.#useState(initial);
    const useEffect: Hooks['useEffect'] = (effect, inputs) => this.#useEffect(effect, inputs);
    this.#hooks = creditsHooks({ useState, useEffect });
    this.render();
  }

  render(): void {
    this.#isStale = true;
    if (this.#isTurning) return;
    this.#isTurning = true;
    while (this.#isStale) this.#turn();
    this.#isTurning = false;
  }

  unmount(): void {
    for (const { undo } of this.#effects.splice(0)) undo?.();
  }

  #turn(): void {
    [this.#isStale, this.#slot, this.#effect] = [false, 0, 0];
    this.turns += 1;
    this.shown = this.component(this.#hooks);
    for (const run of this.#due.splice(0)) run();
  }

  #useState<S>(initial: S | (() => S)): [S, (next: S) => void] {
    const slot = this.#slot++;
    if (!(slot in this.#slots))
      this.#slots[slot] = typeof initial === 'function' ? (initial as () => S)() : initial;
    const put = (next: S) => {
      if (Object.is(next, this.#slots[slot])) return;
      this.#slots[slot] = next;
      this.render();
    };
    return [this.#slots[slot] as S, put];
  }

  #useEffect(effect: () => (() => void) | void, inputs: readonly unknown[]): void {
    const at = this.#effect++;
    const before = this.#effects[at];
    if (before?.inputs.every((input, n) => Object.is(input, inputs[n]))) return;
    this.#due.push(() => {
      before?.undo?.();
      this.#effects[at] = { inputs, undo: effect() ?? undefined };
    });
  }
}
