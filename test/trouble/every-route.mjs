// One request for each route of openapi.json, for tests that strike in the middle of each. A route that is missing here
// fails them; a GET without a parameter needs no line.
//
//   after   the route whose answer it needs: `{id}` in the path is a member of that answer
//   given   other members for the path
//   names   the same, from that answer
//   json, file   its body
//   isSlow  each of its requests starts a process or a thread
//   leaves  what is there exactly once when it has succeeded, however often it was asked for under one key: $1 is the user
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';

const FILES = join(import.meta.dirname, '../files');
const charged = (action) =>
  `SELECT count(*) FROM credits.entries WHERE user_id = $1 AND kind = 'charge' AND action = '${action}'`;
const entered = (kind) =>
  `SELECT count(*) FROM credits.entries WHERE user_id = $1 AND kind = '${kind}' AND reason = 'struck'`;
const kept = (table, condition = 'true') =>
  `SELECT count(*) FROM library.${table} WHERE user_id = $1 AND ${condition}`;
const read = (path) => readFileSync(join(FILES, path));

const OF_ITS_OWN = {
  'GET /problems/{problem}': { given: { problem: 'hold-expired' } },
  'POST /api/credits/quote': { json: () => ({ action: 'txt_upload' }) },
  'POST /api/upload/txt': {
    file: () => ['chapter.txt', 'A chapter.\n\nIt was a dark night.'],
    leaves: [charged('txt_upload'), kept('documents', "kind = 'txt'")],
  },
  'POST /api/docx': {
    isSlow: true,
    file: () => ['letter.docx', read('docx/letter.docx')],
    leaves: [charged('docx_processing'), kept('documents', "kind = 'docx'")],
  },
  'POST /api/upload/audio': {
    isSlow: true,
    file: () => ['tone.mp3', read('audio/tone-vbr.mp3')],
    leaves: [charged('audio_upload'), kept('recordings')],
  },
  'POST /api/export': {
    after: 'POST /api/upload/txt',
    isSlow: true,
    json: ({ id }) => ({ format: 'docx', documentIds: [id] }),
    leaves: [charged('premium_export'), kept('exports')],
  },
  'GET /api/credits/history/{id}': {
    after: 'POST /api/upload/txt',
    names: ({ credits }) => ({ id: credits.entryId }),
  },
  'GET /api/credits/holds/{id}': {
    after: 'POST /api/upload/txt',
    names: ({ credits }) => ({ id: credits.holdId }),
  },
  'GET /api/documents/{id}/aloud': { after: 'POST /api/upload/txt' },
  'GET /api/documents/{id}': { after: 'POST /api/upload/txt' },
  'DELETE /api/documents/{id}': { after: 'POST /api/upload/txt' },
  'GET /api/audio/{id}': { after: 'POST /api/upload/audio' },
  'GET /api/audio/{id}/file': { after: 'POST /api/upload/audio' },
  'DELETE /api/audio/{id}': { after: 'POST /api/upload/audio' },
  'GET /api/export/{id}': { after: 'POST /api/export' },
  'GET /api/export/{id}/download': { after: 'POST /api/export' },
  'DELETE /api/export/{id}': { after: 'POST /api/export' },
  'GET /api/admin/wallets/{userId}': { after: 'GET /api/credits' },
  'GET /api/admin/wallets/{userId}/entries': { after: 'GET /api/credits' },
  'GET /api/admin/wallets/{userId}/holds': { after: 'GET /api/credits' },
  'POST /api/admin/wallets/{userId}/grants': {
    after: 'GET /api/credits',
    json: () => ({ amount: 5, reason: 'struck' }),
    leaves: [entered('grant')],
  },
  'POST /api/admin/wallets/{userId}/adjustments': {
    after: 'GET /api/credits',
    json: () => ({ amount: -5, reason: 'struck' }),
    leaves: [entered('adjustment')],
  },
  'POST /api/admin/wallets/{userId}/allowances': {
    after: 'GET /api/credits',
    json: () => ({ plan: 'struck', credits: 5, reason: 'struck' }),
    leaves: ['SELECT count(*) FROM credits.allowances WHERE user_id = $1'],
  },
  'GET /api/admin/entries/{entryId}': { after: 'POST /api/upload/txt' },
  'POST /api/admin/entries/{entryId}/clawback': {
    after: 'POST /api/admin/wallets/{userId}/grants',
    names: ({ entry }) => ({ entryId: entry.id }),
    json: () => ({ amount: 5, reason: 'struck' }),
    leaves: [entered('clawback')],
  },
  'POST /api/admin/entries/{entryId}/refund': {
    after: 'POST /api/upload/txt',
    json: () => ({ reason: 'struck' }),
    leaves: [entered('refund')],
  },
  'DELETE /api/admin/wallets/{userId}/person': {
    after: 'POST /api/upload/txt',
    json: () => ({ reason: 'struck' }),
  },
  'POST /api/admin/gifts': {
    after: 'GET /api/credits',
    json: ({ userId }) => ({ key: `gift-${userId}`, amount: 1, reason: 'struck', userIds: [userId] }),
    leaves: ['SELECT count(*) FROM credits.gifts WHERE key = $1 OR user_ids = ARRAY[$1]'],
  },
  'POST /api/credits/purchases': {
    json: () => ({ offer: 'STARTER' }),
    leaves: ['SELECT count(*) FROM payments.purchases WHERE user_id = $1'],
  },
  'GET /api/credits/purchases/{id}': { after: 'POST /api/credits/purchases' },
  'POST /api/credits/subscriptions/{id}/plan': {
    after: 'POST /api/credits/purchases',
    json: () => ({ offer: 'STARTER' }),
    // A pack is no plan.
    refusal: 404,
  },
  'POST /api/credits/portal': { json: () => ({}) },
  'POST /api/payments/events': { json: () => ({}) },
  'GET /api/admin/purchases/{id}': { after: 'POST /api/credits/purchases' },
  'POST /api/admin/purchases/{id}/look': { after: 'POST /api/credits/purchases', json: () => ({}) },
  'POST /api/admin/purchases/{id}/refund': {
    after: 'POST /api/credits/purchases',
    json: () => ({ unused: true, reason: 'struck' }),
    // Nothing was paid for it.
    refusal: 409,
  },
  'POST /api/admin/events/{id}/resend': {
    given: { id: '0199a1c0-22bb-7c33-9d77-8e5f6a7b8c9d' },
    json: () => ({}),
    // There is none.
    refusal: 404,
  },
  'GET /api/admin/gifts/{key}': { after: 'POST /api/admin/gifts' },
};

/** @param routes those of openapi.json, `GET /api/credits` */
export function requestsFor(routes) {
  return routes.map((route) => {
    const own = OF_ITS_OWN[route];
    if (own === undefined && (!route.startsWith('GET ') || route.includes('{'))) {
      throw new Error(`${route} has no line in every-route.mjs`);
    }
    return { route, leaves: [], ...own };
  });
}

export class Desk {
  #url;
  #tokenOf;

  /** @param tokenOf `(user, isAdmin)`, a bearer token */
  constructor(url, tokenOf) {
    this.#url = url;
    this.#tokenOf = tokenOf;
  }

  /** All that has to be there before `route` can be asked for: the answer that it needs. */
  async prepare(route, user) {
    const { after, given, names } = OF_ITS_OWN[route] ?? {};
    if (after === undefined) return { userId: user, ...given };
    const made = await this.ask(after, user, await this.prepare(after, user), `${after} of ${user}`);
    if (made.status >= 300)
      throw new Error(`${after} for ${route}: ${made.status} ${JSON.stringify(made.body)}`);
    return { userId: user, ...made.body, entryId: made.body.credits?.entryId, ...names?.(made.body) };
  }

  /** What is sent to ask for it: `{ url, method, headers, body }`. */
  async requestFor(route, user, made, key) {
    const [method, path] = route.split(' ');
    const { json, file } = OF_ITS_OWN[route] ?? {};
    const isForAdmins = path.startsWith('/api/admin/');
    const token = await this.#tokenOf(isForAdmins ? 'operator' : user, isForAdmins);
    const headers = { authorization: `Bearer ${token}`, 'idempotency-key': key };
    if (json !== undefined) headers['content-type'] = 'application/json';
    const body = json === undefined ? file && formWith(...file()) : JSON.stringify(json(made));
    const address = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(made[name]));
    return { url: new URL(address, this.#url), method, headers, body };
  }

  /** `{ status, headers, body }`; of a stream of events, no more than that it began. */
  async ask(route, user, made, key) {
    const { url, method, headers, body } = await this.requestFor(route, user, made, key);
    if (route.endsWith('/stream')) return beginningOf(url, headers);
    const response = await fetch(url, { method, headers, body });
    const { status, headers: answered } = response;
    const text = await response.text();
    return {
      status,
      headers: answered,
      body: /json/.test(answered.get('content-type')) ? JSON.parse(text) : text,
    };
  }
}

/** On a connection of its own: `fetch` opens another one for what it may be asked next, and a server waits for that. */
function beginningOf(url, headers) {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers, agent: false }, async (response) => {
      const { statusCode: status } = response;
      const body = status === 200 ? undefined : await json(response);
      request.destroy();
      resolve({ status, headers: new Headers(response.headers), body });
    });
    request.on('error', reject);
  });
}

function formWith(name, content) {
  const form = new FormData();
  form.append('file', new Blob([content]), name);
  return form;
}
