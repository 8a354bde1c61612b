const SEVERAL_HOSTS = /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#@]*)(.*)$/i;

/** What is written to here has to take writes; libpq has two words for that. */
const TAKES_WRITES = ['read-write', 'primary'];

/** `postgresql://user:password@one:5432,two:5433/database?…`, which no parser of URLs reads, as an address for each host. */
export function addressesOf(url: string): string[] {
  const [, before = '', hosts = '', after = ''] = SEVERAL_HOSTS.exec(url) ?? [];
  return hosts === '' ? [url] : hosts.split(',').map((host) => `${before}${host}${after}`);
}

export function isPostgresUrl(text: string): boolean {
  return !/[\s\p{Cc}]/u.test(text) && addressesOf(text).every((address, _, all) => isAddress(address, all));
}

function isAddress(text: string, { length }: string[]): boolean {
  // Without the slashes a parser takes the rest for a path, and the driver asks localhost.
  if (!/^postgres(ql)?:\/\//i.test(text) || !URL.canParse(text)) return false;
  const { hostname, username, password, pathname, searchParams } = new URL(text);
  if (length > 1 && hostname === '') return false;
  const wanted = searchParams.get('target_session_attrs');
  if (wanted !== null && !TAKES_WRITES.includes(wanted)) return false;
  // The driver decodes these parts and would fail later, with a message that shows them.
  return [username, password, pathname].every(isDecodable);
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
