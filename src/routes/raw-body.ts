const bodies = new WeakMap<object, Buffer>();

/** In a route's configuration: its body is not parsed. */
export const TAKES_RAW_BODY = { takesRawBody: true } as const;

export function keepRawBody(request: object, body: Buffer): void {
  bodies.set(request, body);
}

/** The bytes of a body on a route that takes it raw, because a signature covers exactly these bytes. */
export function rawBodyOf(request: object): Buffer {
  return bodies.get(request) ?? Buffer.alloc(0);
}
