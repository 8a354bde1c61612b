import fresh from 'fresh';
import type { IncomingHttpHeaders } from 'node:http';

/** Whether the client has this version already, by its `If-None-Match`: one tag, several, weak ones or `*`. */
export function isKnown(headers: IncomingHttpHeaders, etag: string): boolean {
  return fresh({ 'if-none-match': headers['if-none-match'] }, { etag });
}
