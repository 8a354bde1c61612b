import {
  about,
  action,
  category,
  count,
  credits,
  entryKind,
  flag,
  given,
  holdState,
  id,
  listOf,
  object,
  oneOf,
  orNull,
  pageOf,
  priceVersion,
  signed,
  text,
  time,
  arrayOf,
  shapes,
} from '../routes/schema.js';

const HOLD = '0199a1c2-7c1e-7f00-8a55-3d1c9b7e4f02';
const ENTRY = '0199a1c2-7c2b-7d41-9e02-6f0b8c1d2e3f';

const artefact = object(
  { kind: oneOf('document', 'recording', 'export'), id },
  { kind: 'document', id: '0199a1c2-7c2a-7000-8b6d-2f4e6a8c0d11' },
);

export const entry = object(
  {
    id,
    version: about('The version of the wallet it made; they rise, a gap is a change of a hold', count),
    kind: entryKind,
    amount: about('Signed: what the balance changed by', signed),
    balanceAfter: credits,
    owedAfter: about(
      'What the wallet owed after a clawback or a restore; null for other kinds',
      orNull(credits),
    ),
    action: orNull(action),
    reason: orNull(text),
    actor: about('Who did it, where it was not the user', orNull(text)),
    description: about('What a charge was for, such as the name of a file', orNull(text)),
    holdId: orNull(id),
    reverses: about(
      'The charge that a refund, or the grant that a clawback or a restore is about',
      orNull(id),
    ),
    priceVersion: orNull(priceVersion),
    createdAt: time,
    refunded: about('How much of this charge has been given back; null for other kinds', orNull(credits)),
    takenBack: about(
      'How much of the credits that it gave has been taken back; null where it gave none',
      orNull(credits),
    ),
    reversedBy: about('The refunds of this charge, or clawbacks and restores of this grant', arrayOf(id)),
  },
  {
    id: ENTRY,
    version: 3,
    kind: 'charge',
    amount: -3,
    balanceAfter: 97,
    owedAfter: null,
    action: 'txt_upload',
    reason: null,
    actor: null,
    description: 'chapter-1.txt',
    holdId: HOLD,
    reverses: null,
    priceVersion: '6f1c0a9be2d4',
    createdAt: '2026-11-27T10:00:00.512Z',
    refunded: 0,
    takenBack: null,
    reversedBy: [],
  },
);

/** As its owner sees it. */
const historyEntry = object(
  {
    ...(entry['properties'] as Record<string, never>),
    actor: about('Who did it: you, somebody on duty, or the program', oneOf('you', 'operator', 'system')),
    artefact: about('What the charge paid for, while it exists', orNull(artefact)),
  },
  { ...(entry.examples[0] as object), actor: 'you', artefact: artefact.examples[0] },
);

export const hold = object(
  {
    id,
    action,
    amount: credits,
    state: holdState,
    expiresAt: about('Free again then, if nobody keeps it alive', time),
    createdAt: time,
    resolvedAt: orNull(time),
    reason: about('Why it was released or expired', orNull(text)),
    description: about('What it was for, such as the name of a file', orNull(text)),
    charged: about('What it came to: 0 is not charged; null while it is held', orNull(credits)),
  },
  {
    id: HOLD,
    action: 'docx_processing',
    amount: 5,
    state: 'released',
    expiresAt: '2026-11-27T10:01:00.000Z',
    createdAt: '2026-11-27T10:00:00.000Z',
    resolvedAt: '2026-11-27T10:00:01.204Z',
    reason: 'The document is damaged.',
    description: 'letter.docx',
    charged: 0,
  },
);

/** As operators see it. */
export const holdWithActor = object(
  {
    ...(hold['properties'] as Record<string, never>),
    actor: about('Who had the work begun, where it was not the user', orNull(text)),
  },
  { ...(hold.examples[0] as object), actor: null },
);

export const grant = object(
  {
    id,
    amount: credits,
    remaining: credits,
    category,
    priority: about('0 burns first, 100 last', { type: 'integer', minimum: 0, maximum: 100 }),
    reason: orNull(text),
    expiresAt: orNull(time),
    createdAt: time,
  },
  {
    id: '0199a1c0-11aa-4c33-9d77-8e5f6a7b8c9d',
    amount: 100,
    remaining: 97,
    category: 'signup',
    priority: 50,
    reason: 'signup',
    expiresAt: null,
    createdAt: '2026-11-27T09:58:11.000Z',
  },
);

const drawn = object(
  { id, amount: given, category, reason: orNull(text), expiresAt: orNull(time), createdAt: time },
  {
    id: '0199a1c0-11aa-4c33-9d77-8e5f6a7b8c9d',
    amount: 3,
    category: 'signup',
    reason: 'signup',
    expiresAt: null,
    createdAt: '2026-11-27T09:58:11.000Z',
  },
);

const grantState = object(
  {
    granted: credits,
    left: about('Still there, and not on hold', credits),
    held: credits,
    lapsed: about('Expired before it was spent', credits),
    takenBack: credits,
    spent: credits,
  },
  { granted: 100, left: 97, held: 0, lapsed: 0, takenBack: 0, spent: 3 },
);

/** What is known of a line besides the line itself. */
export const explained = {
  drawnFrom: about('The grants that a charge used up, the first to burn first', arrayOf(drawn)),
  grant: about('What became of the credits that it gave; null: it gave none', orNull(grantState)),
};

export const nextRefill = object({ at: time, credits }, { at: '2026-12-27T09:58:11.000Z', credits: 50 });

const usage = object(
  { key: about('A day in UTC, or an action', text), credits, count },
  { key: '2026-11-27', credits: 11, count: 3 },
);

const perCall = object({ action, credits }, { action: 'txt_upload', credits: 3 });

const measured = about('unit → how much of it', {
  type: 'object',
  additionalProperties: credits,
  propertyNames: action,
});

const rate = object({ credits, per: given, unit: action }, { credits: 2, per: 60, unit: 'second' });

const byUnit = object(
  {
    action,
    rates: about('Their sum is rounded up once', arrayOf(rate)),
    atLeast: about('When anything was used', credits),
  },
  { action: 'transcribe', rates: [rate.examples[0]], atLeast: 2 },
);

export const accountShapes = shapes({
  Balance: object(
    {
      credits: about('The same as available', credits),
      available: about('balance − held: what can be spent', credits),
      held: credits,
      balance: credits,
      owed: about('What comes in pays it first; more than 0: nothing is available', credits),
      version: about('One more with every change of the wallet', count),
      low: about('Fewer are available than the operator calls enough', flag),
      nextExpiryAt: about('When the next of these credits expire; null: none ever', orNull(time)),
      nextRefill: about('When credits come by themselves, and how many; null: none do', orNull(nextRefill)),
      asOf: time,
      source: oneOf('cache', 'database'),
    },
    {
      credits: 97,
      available: 97,
      held: 0,
      balance: 97,
      owed: 0,
      version: 3,
      low: false,
      nextExpiryAt: null,
      nextRefill: null,
      asOf: '2026-11-27T10:00:02.031Z',
      source: 'cache',
    },
  ),
  Prices: object(
    { priceVersion, prices: arrayOf({ anyOf: [perCall, byUnit] }) },
    { priceVersion: '6f1c0a9be2d4', prices: [perCall.examples[0], byUnit.examples[0]] },
  ),
  QuoteRequest: object(
    { action, units: about('Default 1; for a price per call', credits), measured },
    { action: 'txt_upload', units: 4 },
    { optional: ['units', 'measured'] },
  ),
  Quote: object(
    {
      action,
      units: credits,
      measured,
      credits: about('price × units, or what was measured at its rates', credits),
      available: credits,
      availableAfter: signed,
      sufficient: flag,
      priceVersion,
    },
    {
      action: 'txt_upload',
      units: 4,
      credits: 12,
      available: 97,
      availableAfter: 85,
      sufficient: true,
      priceVersion: '6f1c0a9be2d4',
    },
    { optional: ['measured'] },
  ),
  History: pageOf(historyEntry, 'v3'),
  Line: object(
    {
      entry: historyEntry,
      hold: about('What it was captured from', orNull(hold)),
      ...explained,
    },
    {
      entry: historyEntry.examples[0],
      hold: { ...(hold.examples[0] as object), state: 'captured', reason: null, charged: 3 },
      drawnFrom: drawn.examples,
      grant: null,
    },
  ),
  Hold: hold,
  Holds: pageOf(hold, 'v3'),
  Grants: listOf(grant),
  Usage: listOf(usage),
});
