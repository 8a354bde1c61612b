export const JSON_TYPE = { 'content-type': 'application/json' };
const good = { amount: 5 };
const json = JSON.stringify;

/** Bodies for a route that takes `{ amount, note?, lines? }`; those that are not JSON at all are refused by any. */
export type BadBody = [name: string, status: number, code: string, body: string | Buffer, headers?: object];

export const badBodies: BadBody[] = [
  ['malformed JSON', 400, 'malformed_body', '{"amount":'],
  ['JSON with a comma too many', 400, 'malformed_body', '{"amount":5,}'],
  ['two values', 400, 'malformed_body', '{}{}'],
  ['an empty body', 400, 'malformed_body', ''],
  ['white space', 400, 'malformed_body', ' \n'],
  ['null', 400, 'malformed_body', 'null'],
  ['an array', 400, 'malformed_body', '[{"amount":5}]'],
  ['a text', 400, 'malformed_body', '"amount"'],
  ['a number', 400, 'malformed_body', '5'],
  ['50,000 opening brackets', 400, 'malformed_body', '['.repeat(50_000)],
  ['30,000 brackets that close', 400, 'malformed_body', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
  ['an object 10,000 deep', 400, 'malformed_body', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ['a member 33 deep', 400, 'malformed_body', `{"a":${'['.repeat(32)}${']'.repeat(32)}}`],
  ['invalid UTF-8', 400, 'malformed_body', Buffer.from('7b226e6f7465223a22c328227d', 'hex')],
  ['UTF-16', 400, 'malformed_body', Buffer.from(json(good), 'utf16le')],
  ['__proto__', 400, 'malformed_body', '{"amount":5,"__proto__":{"isAdmin":true}}'],
  ['an escaped __proto__', 400, 'malformed_body', '{"amount":5,"\\u005f_proto__":{}}'],
  ['a nested __proto__', 400, 'malformed_body', '{"amount":5,"lines":[{"__proto__":{}}]}'],
  ['constructor.prototype', 400, 'malformed_body', '{"amount":5,"constructor":{"prototype":{}}}'],
  ['a NUL in a text', 400, 'malformed_body', '{"amount":5,"note":"a\\u0000b"}'],
  ['a NUL in a name', 400, 'malformed_body', '{"amount":5,"a\\u0000b":1}'],
  ['half a surrogate pair', 400, 'malformed_body', '{"amount":5,"note":"\\ud83d"}'],
  ['more than 64 KB, announced', 413, 'payload_too_large', json({ ...good, note: 'x'.repeat(65_536) })],
  ['a gigabyte, announced', 413, 'payload_too_large', json(good), { 'content-length': '1000000000' }],
  ['text/plain', 415, 'unsupported_media_type', json(good), { 'content-type': 'text/plain' }],
  [
    'a form',
    415,
    'unsupported_media_type',
    'amount=5',
    { 'content-type': 'application/x-www-form-urlencoded' },
  ],
  ['no content type', 415, 'unsupported_media_type', json(good), { 'content-type': '' }],
  ['a content type that is none', 415, 'unsupported_media_type', json(good), { 'content-type': 'json' }],
  [
    'charset=utf-7',
    415,
    'unsupported_media_type',
    json(good),
    { 'content-type': 'application/json; charset=utf-7' },
  ],
  [
    'charset=utf-16',
    415,
    'unsupported_media_type',
    json(good),
    { 'content-type': 'application/json;charset=utf-16' },
  ],
  [
    'JSON of some other kind',
    415,
    'unsupported_media_type',
    json(good),
    { 'content-type': 'application/ld+json' },
  ],
  ['a compressed body', 415, 'unsupported_media_type', json(good), { 'content-encoding': 'gzip' }],
  ['no member', 400, 'validation_failed', '{}'],
  ['an unknown member', 400, 'validation_failed', json({ ...good, userId: 'bob' })],
  [
    'a nested unknown member',
    400,
    'validation_failed',
    json({ ...good, lines: [{ text: 'a', balance: 9 }] }),
  ],
  ['an object for a text', 400, 'validation_failed', json({ ...good, note: { toString: 'x' } })],
  ['an array for a text', 400, 'validation_failed', json({ ...good, note: ['a'] })],
  ...['0', '-1', '1.5', '"5"', 'true', 'null', '1e400', '9007199254740992', '[5]', '{}'].map(
    (amount): BadBody => [`the amount ${amount}`, 400, 'validation_failed', `{"amount":${amount}}`],
  ),
];
