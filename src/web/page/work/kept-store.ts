const DATABASE = 'creditgate';
const STORE = 'jobs';

let opened: Promise<IDBDatabase> | null = null;

/** Does something in one transaction, and is over when that is durable. Rejects where the browser stores nothing. */
export async function inStore<T>(
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => Promise<T>,
): Promise<T> {
  opened ??= open();
  const transaction = (await opened).transaction(STORE, mode);
  const over = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error('aborted'));
  });
  const [result] = await Promise.all([act(transaction.objectStore(STORE)), over]);
  return result;
}

export function asPromise<T = unknown>(request: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = () => reject(request.error ?? new Error('refused'));
  });
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return asPromise<IDBDatabase>(request);
}
