import { parentPort, workerData, type TransferListItem } from 'node:worker_threads';

export type RefusalCode = 'unsupported_file_type' | 'file_corrupt' | 'file_too_complex' | 'storage_full';

/** What is wrong with somebody's file, in a sentence for them. */
export class FileRefusal extends Error {
  override name = 'FileRefusal';

  constructor(
    readonly code: RefusalCode,
    detail: string,
  ) {
    super(detail);
  }
}

/** What a thread says: how far it is, and at its end one of the others. */
export type Said =
  { progress: number } | { result: unknown } | { refusal: { code: RefusalCode; detail: string } };

/**
 * The program of a thread: do what the room gave it, answer once. Whatever is no FileRefusal is a fault of ours and
 * ends the thread with it.
 */
export async function answerWith<Input>(
  work: (input: Input) => Promise<{ result: unknown; transfer?: TransferListItem[] }>,
): Promise<void> {
  try {
    const { result, transfer } = await work(workerData as Input);
    say({ result }, transfer);
  } catch (error) {
    if (!(error instanceof FileRefusal)) throw error;
    say({ refusal: { code: error.code, detail: error.message } });
  }
}

export function say(said: Said, transfer?: TransferListItem[]): void {
  parentPort?.postMessage(said, transfer);
}
