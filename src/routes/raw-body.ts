const bodies = new WeakMap<object, Buffer>();

/** In the configuration of a route: its body comes as it is. */
export const TAKES_RAW_BODY = { takesRawBody: true } as const;

export function keepRawBody(request: object, body: Buffer): void {
  bodies.set(request, body);
}

/** The bytes of a body, on a route that takes it raw: a signature is over these and nothing else. */
export function rawBodyOf(request: object): Buffer {
  return bodies.get(request) ?? Buffer.alloc(0);
}
