import { expect, test } from '@jest/globals';
import { openClockedCredits, type Variant } from './clocked-credits.js';
import { compareHistories } from './comparison.js';

/** What a ledger might get wrong, and the change of one passage that makes it do so. */
const mistakes: Record<string, Variant> = {
  'burns without regard to expiry': {
    file: 'settle.sql',
    passage: 'g.expires_at DESC NULLS FIRST, g.version DESC, g.part DESC',
    instead: 'g.version DESC, g.part DESC',
  },
  'knows no order among grants that are otherwise equal': {
    file: 'settle.sql',
    passage: 'g.expires_at DESC NULLS FIRST, g.version DESC, g.part DESC',
    instead: 'g.expires_at DESC NULLS FIRST',
  },
  'lets a gift push expired credits out of the protection of their hold': {
    file: 'settle.sql',
    passage: 'ORDER BY l.lapsed, ',
    instead: 'ORDER BY ',
  },
  'gives back the first burned first': {
    file: 'settle.sql',
    passage: 'charge.balance_after + already;',
    instead: 'charge.balance_after - charge.amount - already - op.credits;',
  },
  'gives expired credits back to the grant that expired': {
    file: 'settle.sql',
    passage: 'IF back.is_new THEN',
    instead: 'IF back.origin IS NULL THEN',
  },
  'lets held credits expire': {
    file: 'settle.sql',
    passage: 'w.balance - w.held',
    instead: 'w.balance',
  },
  'never frees a hold that nobody kept alive': {
    file: 'settle.sql',
    passage: 'h.expires_at <= t',
    instead: 'false',
  },
  'captures a hold that expired just before': {
    file: 'apply.sql',
    passage: 'OR hold.expires_at <= t',
    instead: '',
  },
  'keeps the rest of a partly captured hold': {
    file: 'apply.sql',
    passage: 'w.held := w.held - hold.amount;',
    instead: "w.held := w.held - CASE op.verb WHEN 'capture' THEN cost ELSE hold.amount END;",
  },
  'tells of each change below the mark': {
    file: 'events.sql',
    passage: 'w.balance < low AND level >= low',
    instead: 'w.balance < low',
  },
  'tells nobody that what expired brought a balance below the mark': {
    file: 'apply.sql',
    passage: "OR op.verb = 'settle' THEN",
    instead: "OR op.verb = 'settle' THEN level := 0;",
  },
  'cuts by hand from the grant that burns last': {
    file: 'edits.sql',
    passage: 'w.balance := w.balance + change;',
    instead: `w := restack(w, t, ARRAY[(
      SELECT l.grant_id FROM layers_at(w.number, w.epoch) l ORDER BY l.floor LIMIT 1)], ARRAY[change]);`,
  },
  'takes back from the grant that burns first instead of its own': {
    file: 'clawback.sql',
    passage: 'IF cardinality(grant_ids) > 0 THEN',
    instead: 'IF false THEN',
  },
  'takes nothing first of what was carried over': {
    file: 'clawback.sql',
    passage: 'l.grant_id = ANY (descent_of(given.grant_id))',
    instead: 'l.grant_id = given.grant_id',
  },
  'lets more come back to a grant than it was given': {
    file: 'settle.sql',
    passage: 'LEAST(x.amount, GREATEST(0, room_of(w, x.origin) - x.before))',
    instead: 'x.amount',
  },
  'reckons what comes back to a grant without what came of it': {
    file: 'settle.sql',
    passage: 'SELECT of_grant || ARRAY(SELECT g.id FROM grant_terms g WHERE g.origin = of_grant)',
    instead: 'SELECT ARRAY[of_grant]',
  },
  'lets somebody who owes keep what comes in': {
    file: 'apply.sql',
    passage: 'w := collect(w, t);',
    instead: 'w := w;',
  },
  'carries over without a cap': {
    file: 'refill.sql',
    passage: 'LEAST(l.rest, GREATEST(0, cap',
    instead: 'LEAST(l.rest, GREATEST(9007199254740991, cap',
  },
  'pours on when an allowance is over': {
    file: 'refill.sql',
    passage: '(next_begins < a.until AND a.period + 1 < a.refills) IS NOT FALSE',
    instead: 'true',
  },
  'raises a hold without a version for what ends': {
    file: 'apply.sql',
    passage: 'w.version := w.version + 2;',
    instead: 'w.version := w.version + 1;',
  },
};

const MISTAKE_IN_THE_VARIANT_ITSELF = /^42/;

test.each(Object.entries(mistakes))(
  'a ledger that %s differs from the model within 300 histories',
  async (_mistake, variant) => {
    const open = await openClockedCredits(variant);
    try {
      const details = await compareHistories(open, { seed: 1, numRuns: 300, endOnFailure: true });
      expect(details.failed).toBe(true);
      const { code } = details.errorInstance as { code?: string };
      expect(code).not.toMatch(MISTAKE_IN_THE_VARIANT_ITSELF);
    } finally {
      await open.close();
    }
  },
  120_000,
);
