import type { SqlFile } from './sql-files.js';
import { schemaOf, schemasIn, type Placement } from './placement.js';

/** Views that a group has, and all of them together. Nobody writes to them. */
const READ_ONLY = ['entries', 'holds', 'grants', 'allowances'];

const REFUSALS = READ_ONLY.map(
  (name) => `CREATE OR REPLACE TRIGGER ${name}_read_only INSTEAD OF INSERT OR UPDATE OR DELETE ON ${name}
  FOR EACH ROW EXECUTE FUNCTION refuse_edit();`,
).join('\n');

export const HOME_OF_GROUPS: SqlFile = {
  name: '0001_home_of_groups.sql',
  sql: `-- One row once every group is made, on whatever server: from then on one that is missing was lost, and is not new.
CREATE TABLE IF NOT EXISTS made_for (
  one boolean NOT NULL DEFAULT true CONSTRAINT made_for_pkey PRIMARY KEY,
  groups int NOT NULL,
  CONSTRAINT made_for_one CHECK (one)
);

CREATE TABLE IF NOT EXISTS wallets_of_groups (
  user_id text COLLATE "C",
  balance bigint,
  held bigint,
  version bigint,
  due_at timestamptz,
  holds_due_at timestamptz,
  created_at timestamptz,
  updated_at timestamptz,
  owed bigint
);
`,
};

/**
 * What people read and edit where a database has several ledgers: all of them as one, in the schema where the only
 * one would live.
 *
 * `wallets` is a simple view of a table whose children are the groups' own: an UPDATE of it is one of the child's row,
 * under that row's lock and its trigger, which journals. A union would need INSTEAD OF, which sees a row that is not
 * locked, so a charge beside an edit would be lost. Only a new wallet is put where it belongs by a trigger: there is no row yet.
 *
 * That trigger lets the new row pass, so that it is counted and RETURNING has it; where the wallet is there already, a
 * row stands in for it, on which PostgreSQL finds the conflict that ON CONFLICT asks for. At the end of the statement
 * the table is empty again. A DO UPDATE would change what stands in, so it is refused.
 *
 * `madeBy`: of what the groups' own schemas were made, for with them the columns change. `hand`: what tells whose hand it is.
 */
export function groupViews(placement: Placement, madeBy: readonly string[], hand: SqlFile): SqlFile {
  const schemas = schemasIn(placement);
  const unions = READ_ONLY.map(
    (name) => `DROP VIEW IF EXISTS ${name};
CREATE VIEW ${name} AS ${schemas.map((schema) => `SELECT * FROM ${schema}.${name}`).join('\n UNION ALL ')};`,
  );
  const adoptions = schemas.map(
    (schema) => `IF NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = '${schema}.wallets'::regclass) THEN
    ALTER TABLE ${schema}.wallets INHERIT wallets_of_groups;
  END IF;`,
  );
  const placed = placement.here.map((group) => `(${group}, '${schemaOf(group, placement.count)}')`);
  const sql = `-- ${madeBy.join(' ')}
CREATE UNIQUE INDEX IF NOT EXISTS wallets_pkey ON wallets_of_groups (user_id);
CREATE OR REPLACE VIEW wallets AS SELECT * FROM wallets_of_groups;
${hand.sql}
DO $$ BEGIN
  ${adoptions.join('\n  ')}
END $$;
${unions.join('\n')}

CREATE OR REPLACE FUNCTION refuse_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%.% is written by the ledger only: % refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'insufficient_privilege',
          HINT = 'Change the balance of a wallet; the ledger entry and the grants follow by themselves.';
END $$;
${REFUSALS}
CREATE OR REPLACE TRIGGER wallets_kept INSTEAD OF DELETE ON wallets
  FOR EACH ROW EXECUTE FUNCTION refuse_edit();
-- A statement that names the parent fires no trigger of a statement on its children.
CREATE OR REPLACE TRIGGER wallets_of_groups_kept
  BEFORE UPDATE OF version OR DELETE OR TRUNCATE ON wallets_of_groups
  EXECUTE FUNCTION refuse_hand();

-- An INSERT … ON CONFLICT DO UPDATE fires those of an INSERT first, and then those of an UPDATE.
CREATE OR REPLACE FUNCTION note_statement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_catalog.set_config('creditgate.statement', TG_OP, true);
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER wallets_statement BEFORE INSERT OR UPDATE ON wallets_of_groups
  EXECUTE FUNCTION note_statement();

-- In the name of who inserts, so it names no column that an operator may not; the group's own trigger journals it.
CREATE OR REPLACE FUNCTION open_in_its_group() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of_user CONSTANT int := floor(((('x' || encode(substr(sha256(convert_to(NEW.user_id, 'UTF8')), 1, 4), 'hex'))::bit(32)::int
                                  >> 20) & 4095) * ${placement.count} / 4096.0);
  its_schema CONSTANT text := (SELECT p.s FROM (VALUES ${placed.join(', ')}) p(n, s) WHERE p.n = of_user);
  opened record;
BEGIN
  IF its_schema IS NULL THEN
    RAISE EXCEPTION 'the wallet of % belongs to group %, which is not in this database', NEW.user_id, of_user
      USING ERRCODE = 'check_violation', CONSTRAINT = 'wallets_in_their_group';
  END IF;
  IF NEW.held <> 0 OR NEW.version <> 0 OR NEW.owed <> 0
     OR num_nonnulls(NEW.due_at, NEW.holds_due_at, NEW.created_at, NEW.updated_at) > 0 THEN
    RAISE EXCEPTION 'a wallet is opened with user_id and balance only'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'wallets_opened_plain';
  END IF;
  EXECUTE format('INSERT INTO %I.wallets AS w (user_id, balance) VALUES ($1, COALESCE($2, 0))
                  ON CONFLICT (user_id) DO NOTHING
                  RETURNING w.user_id, w.balance, w.held, w.version, w.due_at, w.holds_due_at, w.created_at,
                            w.updated_at, w.owed', its_schema)
     INTO opened USING NEW.user_id, NEW.balance;
  IF opened.version IS NOT NULL THEN
    RETURN opened;
  END IF;
  IF current_setting('creditgate.statement') = 'UPDATE' THEN
    RAISE EXCEPTION 'the wallet of % is there, and ON CONFLICT DO UPDATE does not reach it where several groups are', NEW.user_id
      USING ERRCODE = 'feature_not_supported',
            HINT = 'INSERT … ON CONFLICT DO NOTHING, and then UPDATE … SET balance = balance + … WHERE user_id = …';
  END IF;
  NEW.version := NULL;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS wallets_opened ON wallets;
CREATE OR REPLACE TRIGGER wallets_opened BEFORE INSERT ON wallets_of_groups
  FOR EACH ROW WHEN (by_hand()) EXECUTE FUNCTION open_in_its_group();

-- After the other: triggers of one kind go by their names.
CREATE OR REPLACE FUNCTION stand_in() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO wallets_of_groups (user_id) VALUES (NEW.user_id) ON CONFLICT DO NOTHING;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER wallets_there_already BEFORE INSERT ON wallets_of_groups
  FOR EACH ROW WHEN (NEW.version IS NULL AND by_hand()) EXECUTE FUNCTION stand_in();

CREATE OR REPLACE FUNCTION clear_parent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  DELETE FROM ONLY wallets_of_groups;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER wallets_elsewhere AFTER INSERT ON wallets_of_groups
  WHEN (by_hand()) EXECUTE FUNCTION clear_parent();
${RIGHTS}`;
  return { name: 'groups.sql', sql };
}

/** The groups' own schemas say the rest. Whoever edits is asked for rights on the table that is named, and on no child of it. */
const RIGHTS = `
DO $$ BEGIN EXECUTE format('REVOKE ALL ON ALL ROUTINES IN SCHEMA %I FROM PUBLIC', current_schema()); END $$;
DO $$
DECLARE
  roles CONSTANT text := (SELECT string_agg(rolname, ', ') FROM pg_roles WHERE rolname IN ('credits_app', 'credits_operator'));
BEGIN
  IF roles IS NOT NULL THEN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %s', current_schema(), roles);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO %s', current_schema(), roles);
  END IF;
  IF strpos(roles, 'credits_operator') > 0 THEN
    GRANT INSERT (user_id, balance), UPDATE (balance) ON wallets TO credits_operator;
    -- COPY and MERGE want a table.
    GRANT INSERT (user_id, balance), UPDATE (balance) ON wallets_of_groups TO credits_operator;
    GRANT EXECUTE ON FUNCTION by_hand TO credits_operator;
  END IF;
END $$;
`;
