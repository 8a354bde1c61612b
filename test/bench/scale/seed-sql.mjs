// The rows of a seeded ledger, a set at a time. Wallet i of n is `user-i`; wallet 0 is the deep one.
//
// Places are walked in steps of a prime larger than any number of wallets here, so each comes once and neighbours in
// time are far apart in the indexes. A wallet's first entry is a grant, its charge c is version 1 + c + c / 3:
// every third one was a hold first, and a hold takes a version of its own.

export const OPENING = 1_000_000_000;
export const PRICE = 3;
export const DEEP_WALLET = 'user-0';

const STEP = 2_147_483_647;
const YEAR = `interval '365 days'`;

const user = (position, wallets) => `'user-' || (${position} * ${STEP}) % ${wallets}`;
const version = (charge) => `(1 + ${charge} + ${charge} / 3)`;
/** Version 7, so that the seed's ids lie in time order, as the program's do. */
const id = (at, digits = `replace(gen_random_uuid()::text, '-', '')`) =>
  `(lpad(to_hex((extract(epoch FROM ${at}) * 1000)::bigint), 12, '0') || '7' || substr(${digits}, 14))::uuid`;

/** $1 wallets, $2 … $3 places, $4 charges of a wallet, $5 charges of the deep one. */
export const WALLETS_SQL = `
  INSERT INTO credits.wallets (user_id, balance, version, epoch, created_at, updated_at)
  SELECT p.user_id, ${OPENING} - ${PRICE} * p.charges, ${version('p.charges')}, 1, now() - ${YEAR}, now()
    FROM (SELECT ${user('g', '$1::bigint')} AS user_id,
                 CASE (g * ${STEP}) % $1::bigint WHEN 0 THEN $5::bigint ELSE $4::bigint END AS charges
            FROM generate_series($2::bigint, $3::bigint) g) p`;

/** $1 wallets, $2 … $3 places. */
export const OPENINGS_SQL = `
  WITH opening AS MATERIALIZED (
    SELECT ${user('g', '$1::bigint')} AS user_id, gen_random_uuid() AS grant_id,
           now() - ${YEAR} + g * interval '1 millisecond' AS at
      FROM generate_series($2::bigint, $3::bigint) g
  ), terms AS (
    INSERT INTO credits.grant_terms (id, user_id, amount, category, priority, reason, actor, created_at)
    SELECT o.grant_id, o.user_id, ${OPENING}, 'paid', 50, 'opening balance', 'seed', o.at FROM opening o
  ), layers AS (
    INSERT INTO credits.grant_layers (user_id, epoch, floor, height, grant_id)
    SELECT o.user_id, 1, 0, ${OPENING}, o.grant_id FROM opening o
  )
  INSERT INTO credits.entries (user_id, version, id, kind, amount, balance_after, held_after, epoch, created_at,
                               reason, actor, grant_id)
  SELECT o.user_id, 1, ${id('o.at')}, 'grant', ${OPENING}, ${OPENING}, 0, 1, o.at,
         'opening balance', 'seed', o.grant_id
    FROM opening o`;

/** $1 wallets, $2 … $3 places, $4 round, $5 rounds, $6 … $7 charges of the deep wallet. */
const CHARGES_OF_ROUND = `
  SELECT c.*, now() - ${YEAR} * (1 - ($4::float8 - 1 + (c.place::float8 / $1)) / $5::float8) AS at
    FROM (SELECT ${user('g', '$1::bigint')} AS user_id, $4::bigint AS charge, g AS place
            FROM generate_series($2::bigint, $3::bigint) g WHERE (g * ${STEP}) % $1::bigint <> 0
           UNION ALL
          SELECT '${DEEP_WALLET}', d, $2 + (d - $6) * ($3 - $2) / GREATEST($7 - $6, 1)
            FROM generate_series($6::bigint, $7::bigint) d) c`;
/** Not random: the hold and the entry of its capture are made by two statements. */
const HOLD_ID = id('c.at', `md5(c.user_id || ' ' || c.charge)`);

export const HOLDS_SQL = `
  INSERT INTO credits.holds (id, user_id, amount, created_version, resolved_version, expires_at, created_at,
                             resolved_at, state, action, price_version)
  SELECT ${HOLD_ID}, c.user_id, ${PRICE}, ${version('c.charge')} - 1, ${version('c.charge')},
         c.at + interval '1 minute', c.at, c.at + interval '1 second', 'captured', 'txt_upload', 'seed'
    FROM (${CHARGES_OF_ROUND}) c WHERE c.charge % 3 = 0`;

export const CHARGES_SQL = `
  INSERT INTO credits.entries (user_id, version, id, kind, amount, balance_after, held_after, epoch, created_at,
                               action, price_version, hold_id)
  SELECT c.user_id, ${version('c.charge')}, ${id('c.at')}, 'charge', -${PRICE},
         ${OPENING} - ${PRICE} * c.charge, 0, 1, c.at, 'txt_upload', 'seed',
         CASE WHEN c.charge % 3 = 0 THEN ${HOLD_ID} END
    FROM (${CHARGES_OF_ROUND}) c ORDER BY c.place`;
