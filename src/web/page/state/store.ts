import { useLayoutEffect, useState } from 'preact/hooks';

/** One value that parts of the page watch. A change is a new value, never a change inside the old one. */
export interface Store<T> {
  get(): T;
  set(next: T): void;
  /** Returns the way to stop. */
  watch(listener: (value: T) => void): () => void;
}

export function createStore<T>(value: T): Store<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener(next);
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useStore<T>(store: Pick<Store<T>, 'get' | 'watch'>): T {
  const [shown, show] = useState<{ value: T }>({ value: store.get() });
  useLayoutEffect(() => {
    show({ value: store.get() });
    return store.watch((value) => show({ value }));
  }, [store]);
  return shown.value;
}
