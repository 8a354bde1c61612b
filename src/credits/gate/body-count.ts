import type { ServerResponse } from 'node:http';

const WITHOUT_BODY = [204, 304];

/**
 * Counts what is sent of a body. Node ends an answer that is shorter than its head says as it ends any other, and the
 * client waits for the rest in vain.
 */
export class BodyCount {
  #sent = 0;

  constructor(private readonly raw: ServerResponse) {
    for (const verb of ['write', 'end'] as const) {
      const send = raw[verb].bind(raw) as (...args: unknown[]) => never;
      raw[verb] = (...args: unknown[]) => {
        this.#sent += lengthOf(args[0], args[1]);
        return send(...args);
      };
    }
  }

  get isShort(): boolean {
    const { raw } = this;
    // What was given to writeHead() stands in the head alone.
    const { _header: head } = raw as unknown as { _header: string | null };
    const announced = /^content-length: *(\d+)/im.exec(head ?? '')?.[1] ?? 0;
    return this.#sent < Number(announced) && !WITHOUT_BODY.includes(raw.statusCode);
  }
}

function lengthOf(chunk: unknown, encoding: unknown): number {
  if (ArrayBuffer.isView(chunk)) return chunk.byteLength;
  if (typeof chunk !== 'string') return 0;
  return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
}
