/** Where events are posted to, and the secrets that each is signed with. */
export interface Receiver {
  url: string;
  secrets: readonly Buffer[];
}

const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
const MIN_SECRET_BYTES = 16;

/** Https, or plain http on this very machine; without a name and password, which would be sent to whoever answers. */
export function isEventsUrl(text: string): boolean {
  if (/[\s\p{Cc}]/u.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const isLoopback =
    hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
  return (protocol === 'https:' || (protocol === 'http:' && isLoopback)) && username + password === '';
}

/** `whsec_` and base64, several separated by spaces. */
export function areEventsSecrets(text: string): boolean {
  return text.split(/ +/).every((secret) => (bytesOf(secret)?.length ?? 0) >= MIN_SECRET_BYTES);
}

export function receiverAt(url: string, secrets: string): Receiver {
  return { url, secrets: secrets.split(/ +/).map((secret) => bytesOf(secret)!) };
}

function bytesOf(secret: string): Buffer | undefined {
  const text = SECRET.exec(secret)?.[1];
  return text === undefined ? undefined : Buffer.from(text, 'base64');
}
