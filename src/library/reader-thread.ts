import { parentPort, workerData, type TransferListItem } from 'node:worker_threads';

export type RefusalCode = 'unsupported_file_type' | 'file_corrupt' | 'file_too_complex';

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

/** What a reader's thread says at its end. */
export type Reading = { result: unknown } | { refusal: { code: RefusalCode; detail: string } };

/**
 * The program of a reader's thread: read what the room gave it, answer once. Whatever is no FileRefusal is a fault of
 * ours and ends the thread with it.
 */
export async function answerWith<Input>(
  read: (input: Input) => Promise<{ result: unknown; transfer?: TransferListItem[] }>,
): Promise<void> {
  try {
    const { result, transfer } = await read(workerData as Input);
    post({ result }, transfer);
  } catch (error) {
    if (!(error instanceof FileRefusal)) throw error;
    post({ refusal: { code: error.code, detail: error.message } });
  }
}

function post(reading: Reading, transfer?: TransferListItem[]): void {
  parentPort?.postMessage(reading, transfer);
}
