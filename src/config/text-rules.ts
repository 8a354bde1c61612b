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

/** Plain http can be tampered with on the way, so it is allowed only to a server on this machine. */
export function isSafeUrl(text: string): boolean {
  const url = parseUrl(text);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** The value of HOST, which has no brackets. */
export function isLoopbackHost(host: string): boolean {
  return (
    isLoopback(host.toLowerCase()) || (isIP(host) === 6 && isLoopback(new URL(`http://[${host}]`).hostname))
  );
}

/** The value of a `Host` header. */
export function isLoopbackAuthority(authority: string): boolean {
  return URL.canParse(`http://${authority}`) && isLoopback(new URL(`http://${authority}`).hostname);
}

/** An origin only, because the page decides about the path. */
export function isOrigin(text: string): boolean {
  return isWebUrl(text) && /^https?:\/\/[^/?#@]+\/?$/i.test(text);
}

/** A secret, or several separated by spaces. */
export function areSecrets(text: string): boolean {
  return /^[\x21-\x7e]{1,255}( +[\x21-\x7e]{1,255})*$/.test(text);
}

export function isHost(text: string): boolean {
  if (isIP(text) !== 0) return true;
  // Digits and dots alone are a mistyped address.
  return (
    text.length <= 253 && !/^[0-9.]+$/.test(text) && /^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/i.test(text)
  );
}

/** A token's claim is compared exactly, so white space in it is a mistake. */
export function isClaim(text: string): boolean {
  return /^[\x21-\x7e]{1,2048}$/.test(text);
}

export function isPath(text: string): boolean {
  return /\S/.test(text) && !/\p{Cc}/u.test(text);
}

/** The characters that `Authorization: Bearer` allows. */
export function isBearer(text: string): boolean {
  return /^[\w.~+/=-]{1,1024}$/.test(text);
}

/** A block of all addresses would trust everybody. */
export function isAddressOrBlock(text: string): boolean {
  if (isIP(text) !== 0) return true;
  return isIP(text.split('/', 1)[0]!) !== 0 && ipaddr.isValidCIDR(text) && !text.endsWith('/0');
}
