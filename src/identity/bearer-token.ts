import type { IncomingMessage } from 'node:http';

/** Supabase's tokens take one to two kilobytes. */
const MAX_TOKEN_LENGTH = 8192;
const AUTHORIZATION = 'authorization';

/** The bearer token of a request; undefined unless exactly one header has one. */
export function bearerTokenOf(request: IncomingMessage): string | undefined {
  if (authorizationHeaders(request) !== 1) return undefined;
  const token = /^Bearer +([\w.~+/=-]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return token !== undefined && token.length <= MAX_TOKEN_LENGTH ? token : undefined;
}

/** Node keeps the first of several and drops the others, so that two users would look like one. */
function authorizationHeaders({ rawHeaders }: IncomingMessage): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length === AUTHORIZATION.length && name.toLowerCase() === AUTHORIZATION) count += 1;
  }
  return count;
}
