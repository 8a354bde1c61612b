import { PAGE, SPAN } from '../routes/parameters.js';
import type { RouteDescription } from '../routes/route-description.js';
import { action, entryKind, holdStates, id, oneOf, text } from '../routes/schema.js';
import { TAGS } from '../routes/tags.js';
import { accountShapes } from './account.shapes.js';

/** For the entries of a ledger. */
export const ENTRIES = {
  ...PAGE,
  cursor: { description: 'The `nextCursor` of the page before.', schema: text, example: 'v3' },
  kind: { description: 'Only this kind of entry.', schema: entryKind, example: 'charge' },
  action: { description: 'Only this action.', schema: action, example: 'txt_upload' },
  ...SPAN,
};

/** For the holds of a wallet. */
export const HOLDS = {
  state: { description: 'Only these; several with commas between.', schema: holdStates, example: 'held' },
  limit: {
    description: 'At most so many; default 200.',
    schema: { type: 'integer', minimum: 1, maximum: 200, default: 200 },
    example: 50,
  },
  cursor: { description: 'The `nextCursor` of the page before.', schema: text, example: 'v3' },
};

export const accountRoutes = {
  balance: {
    tag: TAGS.credits,
    summary: 'The balance',
    description:
      'What the caller’s wallet has, possibly from a cache that every change empties; `refresh=true` reads the database, and everything shown afterwards is at least as new.',
    query: {
      refresh: {
        description: '`true` always reads the database.',
        schema: oneOf('true', 'false'),
        example: 'true',
      },
    },
    headers: ['X-Min-Balance-Version', 'If-None-Match'],
    answers: {
      200: { description: 'The balance.', json: accountShapes.Balance, headers: ['ETag'] },
      304: { description: 'It is as `If-None-Match` has it.', headers: ['ETag'] },
    },
    refusals: ['balance_version_unknown'],
  },
  stream: {
    tag: TAGS.credits,
    summary: 'The balance, whenever it changes',
    description:
      'Server-sent events `balance` with the body of `GET /api/credits`: one at once, then one for each change, whoever made it. With `changes=true` an event `changes` follows where lists of the wallet changed: its `entries`, `holds` (all that run, and those that ended without a charge) and `grants` (all with credits left) are what came after version `from` up to `to`. A client whose lists are older than `from` has missed something and reads them again.',
    query: {
      changes: {
        description: '`true` also tells what changed.',
        schema: oneOf('true', 'false'),
        example: 'true',
      },
    },
    answers: {
      200: {
        description: 'Events until the client leaves.',
        other: {
          'text/event-stream':
            'event: balance\nid: 3\ndata: {"credits":97,"available":97,"held":0,"balance":97,"owed":0,"version":3,"low":false,"nextExpiryAt":null,"nextRefill":null,"asOf":"2026-11-27T10:00:02.031Z","source":"database"}\n\n',
        },
      },
    },
  },
  prices: {
    tag: TAGS.credits,
    summary: 'What things cost',
    description:
      'The price list: credits per call, or rates by what is measured. Its version is stamped on every hold and ledger entry.',
    answers: { 200: { description: 'All prices.', json: accountShapes.Prices } },
  },
  quote: {
    tag: TAGS.credits,
    summary: 'What an action would cost',
    description:
      'By the code that charges, without a side effect. An action without a price is 400, and so is a unit that its price does not name.',
    takes: { json: accountShapes.QuoteRequest },
    answers: { 200: { description: 'The quote.', json: accountShapes.Quote } },
  },
  history: {
    tag: TAGS.credits,
    summary: 'The ledger',
    description:
      'Every change of the balance, newest first, stable while entries are added. A page looks through a bounded number of entries: one with a filter may be short, even empty, and still have a `nextCursor`. With `Accept: text/csv` all pages come as one file, streamed.',
    query: ENTRIES,
    headers: ['Accept'],
    answers: {
      200: {
        description: 'A page, or the file.',
        json: accountShapes.History,
        other: {
          'text/csv':
            'id,version,kind,amount,balanceAfter,action,reason,actor,holdId,reverses,priceVersion,createdAt,refunded,artefactKind,artefactId\r\n0199a1c0-11aa-7c33-9d77-8e5f6a7b8c9d,1,grant,100,100,,signup,system,,,,2026-11-27T09:58:11.000Z,,,\r\n',
        },
      },
    },
  },
  line: {
    tag: TAGS.credits,
    summary: 'One line of the ledger, explained',
    description:
      'The entry, the hold that it was captured from, the grants that a charge used up, and what became of the credits that a grant gave.',
    path: {
      id: {
        description: 'The id of the entry.',
        schema: id,
        example: '0199a1c2-7c2b-7d41-9e02-6f0b8c1d2e3f',
      },
    },
    answers: { 200: { description: 'The line.', json: accountShapes.Line } },
  },
  holds: {
    tag: TAGS.credits,
    summary: 'Credits set aside',
    description:
      'Newest first, those that came to nothing with the reason. A captured one stands where it was charged, and is looked for among a bounded number of entries: a page may be short, even empty, and still have a `nextCursor`.',
    query: HOLDS,
    answers: { 200: { description: 'A page.', json: accountShapes.Holds } },
  },
  hold: {
    tag: TAGS.credits,
    summary: 'One hold',
    description: 'In whatever state it is: whoever handed work over learns here what became of it.',
    path: { id: { description: 'Its id.', schema: id, example: '0199a1c2-7c2b-7d41-9e02-6f0b8c1d2e3f' } },
    answers: { 200: { description: 'The hold.', json: accountShapes.Hold } },
  },
  grants: {
    tag: TAGS.credits,
    summary: 'Credits given',
    description: 'Those of which something remains.',
    answers: { 200: { description: 'In the order in which they burn.', json: accountShapes.Grants } },
  },
  usage: {
    tag: TAGS.credits,
    summary: 'Credits spent, added up',
    description:
      'What charges took, by day (UTC) or by action, refunded later or not. A sum beyond 2^53−1 is refused.',
    query: {
      ...SPAN,
      groupBy: { description: 'Default `day`.', schema: oneOf('day', 'action'), example: 'day' },
    },
    answers: { 200: { description: 'In the order of the keys.', json: accountShapes.Usage } },
  },
} satisfies Record<string, RouteDescription>;
