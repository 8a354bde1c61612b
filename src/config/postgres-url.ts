const SEVERAL_HOSTS = /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#@]*)(.*)$/i;

/** The values of target_session_attrs that ask for a server that takes writes. */
const TAKES_WRITES = ['read-write', 'primary'];
/** Those of libpq, and one of the driver's own. It takes any other word for a wish to verify. */
const TLS_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/** `postgresql://user:password@one:5432,two:5433/database?…`, which no parser of URLs reads, as an address for each host. */
export function addressesOf(url: string): string[] {
  const [, before = '', hosts = '', after = ''] = SEVERAL_HOSTS.exec(url) ?? [];
  return hosts === '' ? [url] : hosts.split(',').map((host) => `${before}${host}${after}`);
}

/** The fault of an address; undefined: none. It never quotes the address, every part of which is secret. */
export function faultOfPostgresUrl(text: string): string | undefined {
  // Without the slashes a parser takes the rest for a path, and the driver connects to localhost.
  if (!/^postgres(ql)?:\/\//i.test(text)) return 'it does not begin with postgresql://';
  if (/[\s\p{Cc}]/u.test(text)) return 'white space in it is written %20';
  if (/^[^/]*\/\/[^/?#@]+[/#][^?]*@/.test(text)) return 'a / or # in its password is written %2F or %23';
  if (text.includes('#')) return 'a # in it is written %23';
  const addresses = addressesOf(text);
  return addresses.map((address) => faultOfAddress(address, addresses.length)).find(Boolean);
}

function faultOfAddress(text: string, hosts: number): string | undefined {
  if (!URL.canParse(text)) return 'its host or port is none';
  const { hostname, username, password, pathname, searchParams } = new URL(text);
  if (hosts > 1 && hostname === '') return 'a host is missing in its list';
  // The driver decodes these parts and would fail later, with a message that shows them.
  if (![username, password, pathname].every(isDecodable)) return 'a % in it is written %25';
  const [target, tls] = ['target_session_attrs', 'sslmode'].map((name) => searchParams.get(name));
  if (target != null && !TAKES_WRITES.includes(target))
    return 'target_session_attrs is read-write or primary';
  if (tls != null && !TLS_MODES.includes(tls)) return `sslmode is one of ${TLS_MODES.join(', ')}`;
  return [...searchParams.keys()].some(isMisspelled) ? 'one of its settings of TLS is misspelled' : undefined;
}

const TLS_SETTING =
  /^ssl(mode|cert|key|rootcert|negotiation|password|crl|crldir|compression|sni|certmode|keylogfile|_m(in|ax)_protocol_version)?$/;

/** The driver ignores it, and a connection meant to be encrypted would be in plain text. */
function isMisspelled(name: string): boolean {
  return /^ssl|mode$|cert$/i.test(name) && !TLS_SETTING.test(name);
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
