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
const id = (at, hash) =>
  `(lpad(to_hex((extract(epoch FROM ${at}) * 1000)::bigint), 12, '0') || '7' ||
    lpad(to_hex((${hash} >> 20) & 4095), 3, '0') || substr(replace(gen_random_uuid()::text, '-', ''), 17))::uuid`;
/** For a session that writes what only the ledger writes. */
export const AS_LEDGER = 'SET search_path = credits, pg_catalog, pg_ledger_hand, pg_temp';

/** $1 wallets, $2 … $3 places, $4 charges of a wallet, $5 charges of the deep one. */
export const WALLETS_SQL = `
  INSERT INTO wallets (user_id, balance, version, epoch, created_at, updated_at, name_hash)
  SELECT p.user_id, ${OPENING} - ${PRICE} * p.charges, ${version('p.charges')}, 1, now() - ${YEAR}, now(),
         name_hash(p.user_id)
    FROM (SELECT ${user('g', '$1::bigint')} AS user_id,
                 CASE (g * ${STEP}) % $1::bigint WHEN 0 THEN $5::bigint ELSE $4::bigint END AS charges
            FROM generate_series($2::bigint, $3::bigint) g) p`;

/** $1 wallets, $2 … $3 places. */
export const OPENINGS_SQL = `
  WITH said AS MATERIALIZED (
    SELECT number_of_reason(NULL, 'opening balance') AS reason, number_of_actor('seed') AS actor
  ), opening AS MATERIALIZED (
    SELECT w.number, w.name_hash, gen_random_uuid() AS grant_id, now() - ${YEAR} + g * interval '1 millisecond' AS at
      FROM generate_series($2::bigint, $3::bigint) g JOIN wallets w ON w.user_id = ${user('g', '$1::bigint')}
  ), terms AS (
    INSERT INTO grant_terms (id, wallet, version, amount, category, priority, reason, actor, created_at)
    SELECT o.grant_id, o.number, 1, ${OPENING}, 'paid', 50, s.reason, s.actor, o.at FROM opening o, said s
  ), layers AS (
    INSERT INTO grant_layers (wallet, epoch, height, grant_id) SELECT o.number, 1, ${OPENING}, o.grant_id FROM opening o
  )
  INSERT INTO ledger_entries (wallet, version, id, kind, amount, balance_after, held_after, epoch, created_at,
                              reason, actor, grant_id)
  SELECT o.number, 1, ${id('o.at', 'o.name_hash')}, 'grant', ${OPENING}, ${OPENING}, 0, 1, o.at,
         s.reason, s.actor, o.grant_id
    FROM opening o, said s`;

/** $1 wallets, $2 … $3 places, $4 round, $5 rounds, $6 … $7 charges of the deep wallet. */
const CHARGES_OF_ROUND = `
  SELECT c.*, now() - ${YEAR} * (1 - ($4::float8 - 1 + (c.place::float8 / $1)) / $5::float8) AS at
    FROM (SELECT ${user('g', '$1::bigint')} AS user_id, $4::bigint AS charge, g AS place
            FROM generate_series($2::bigint, $3::bigint) g WHERE (g * ${STEP}) % $1::bigint <> 0
           UNION ALL
          SELECT '${DEEP_WALLET}', d, $2 + (d - $6) * ($3 - $2) / GREATEST($7 - $6, 1)
            FROM generate_series($6::bigint, $7::bigint) d) c`;

/** Every third captured a hold that was made a second before. */
export const CHARGES_SQL = `
  INSERT INTO ledger_entries (wallet, version, id, kind, amount, balance_after, held_after, epoch, created_at, action,
                              price_version, hold_amount, hold_version, hold_created_at, hold_expires_at)
  SELECT w.number, ${version('c.charge')}, ${id('c.at', 'w.name_hash')}, 'charge', -${PRICE},
         ${OPENING} - ${PRICE} * c.charge, 0, 1, c.at, 'txt_upload', 'seed', h.amount, h.version, h.made, h.expires
    FROM (${CHARGES_OF_ROUND}) c JOIN wallets w USING (user_id)
    LEFT JOIN LATERAL (SELECT ${PRICE} AS amount, ${version('c.charge')} - 1 AS version,
                              c.at - interval '1 second' AS made, c.at + interval '59 seconds' AS expires) h
      ON c.charge % 3 = 0
   ORDER BY c.place`;
