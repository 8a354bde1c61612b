import { about, count, credits, id, joined, object, orNull, type SchemaWithExample } from './schema.js';

/** The member `credits` of every successful answer to paid work. */
const creditsOfSuccess = object(
  {
    charged: credits,
    available: credits,
    held: credits,
    balance: credits,
    version: count,
    entryId: about('The charge in the ledger; null for free work', orNull(id)),
    holdId: orNull(id),
  },
  {
    charged: 3,
    available: 97,
    held: 0,
    balance: 97,
    version: 3,
    entryId: '0199a1c2-7c2b-7d41-9e02-6f0b8c1d2e3f',
    holdId: '0199a1c2-7c1e-7f00-8a55-3d1c9b7e4f02',
  },
);

export const withCredits = (result: SchemaWithExample): SchemaWithExample =>
  joined(result, object({ credits: creditsOfSuccess }, { credits: creditsOfSuccess.examples[0] }));
