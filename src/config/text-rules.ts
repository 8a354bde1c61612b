import ipaddr from 'ipaddr.js';
import { isIP } from 'node:net';

// What the text variables must look like. None of these throws.

function parseUrl(text: string): URL | undefined {
  return /[\s\p{Cc}]/u.test(text) || !URL.canParse(text) ? undefined : new URL(text);
}

export function isWebUrl(text: string): boolean {
  const url = parseUrl(text);
  return url !== undefined && ['https:', 'http:'].includes(url.protocol);
}

/** What is fetched over plain http can be replaced on the way, so that is left to a server on this machine. */
export function isSafeUrl(text: string): boolean {
  const url = parseUrl(text);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** A HOST, which has no brackets. */
export function isLoopbackHost(host: string): boolean {
  return (
    isLoopback(host.toLowerCase()) || (isIP(host) === 6 && isLoopback(new URL(`http://[${host}]`).hostname))
  );
}

/** Where a `Host` header points. */
export function isLoopbackAuthority(authority: string): boolean {
  return URL.canParse(`http://${authority}`) && isLoopback(new URL(`http://${authority}`).hostname);
}

/** Only where: what comes behind it is the page's. */
export function isOrigin(text: string): boolean {
  return isWebUrl(text) && /^https?:\/\/[^/?#@]+\/?$/i.test(text);
}

/** A secret, or several separated by spaces. */
export function areSecrets(text: string): boolean {
  return /^[\x21-\x7e]{1,255}( +[\x21-\x7e]{1,255})*$/.test(text);
}

export function isHost(text: string): boolean {
  if (isIP(text) !== 0) return true;
  // Digits and points alone are an address with a slip in it.
  return (
    text.length <= 253 && !/^[0-9.]+$/.test(text) && /^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/i.test(text)
  );
}

/** A claim of a token: compared as it is, so white space in it is a slip of the pen. */
export function isClaim(text: string): boolean {
  return /^[\x21-\x7e]{1,2048}$/.test(text);
}

export function isPath(text: string): boolean {
  return /\S/.test(text) && !/\p{Cc}/u.test(text);
}

/** What a header `Authorization: Bearer` can carry. */
export function isBearer(text: string): boolean {
  return /^[\w.~+/=-]{1,1024}$/.test(text);
}

/** A block of all addresses would believe whatever anybody says. */
export function isAddressOrBlock(text: string): boolean {
  if (isIP(text) !== 0) return true;
  return isIP(text.split('/', 1)[0]!) !== 0 && ipaddr.isValidCIDR(text) && !text.endsWith('/0');
}
