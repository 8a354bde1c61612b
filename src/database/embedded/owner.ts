import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import pg from 'pg';
import type { Account } from './account.js';
import { superuserUrl } from './cluster.js';
import { ownerPasswordFile } from './home.js';
import { DATABASE } from './settings.js';

/** The role that the product connects as: it owns the database and may do nothing beyond it. */
const OWNER = 'creditgate';
const MAKING_LOCK = 4_207_203;

/** The group roles for operators' logins (the ledger's roles.sql has their rights); the owner may not make roles. */
const ROLES = ['credits_app', 'credits_operator'];

/**
 * Hands over what the superuser made in the database when the product still connected as superuser. REASSIGN OWNED
 * refuses for the superuser of the cluster's birth. A sequence goes with its table; objects of an extension stay its
 * own.
 */
const HAND_OVER = `
DO $$
DECLARE
  thing text;
BEGIN
  SET LOCAL search_path = '';
  FOR thing IN
    WITH ours AS (
      SELECT oid FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    ), things (class, id, owner, named) AS (
      SELECT 'pg_catalog.pg_namespace'::regclass, n.oid, nspowner, format('SCHEMA %I', nspname)
        FROM pg_catalog.pg_namespace n JOIN ours USING (oid)
       UNION ALL
      SELECT 'pg_catalog.pg_class'::regclass, c.oid, relowner, format('TABLE %s', c.oid::regclass)
        FROM pg_catalog.pg_class c JOIN ours o ON o.oid = relnamespace
       WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
       UNION ALL
      SELECT 'pg_catalog.pg_proc'::regclass, p.oid, proowner, format('ROUTINE %s', p.oid::regprocedure)
        FROM pg_catalog.pg_proc p JOIN ours o ON o.oid = pronamespace
       UNION ALL
      SELECT 'pg_catalog.pg_type'::regclass, t.oid, typowner, format('TYPE %s', t.oid::regtype)
        FROM pg_catalog.pg_type t JOIN ours o ON o.oid = typnamespace LEFT JOIN pg_catalog.pg_class c ON c.oid = typrelid
       WHERE typtype IN ('e', 'd', 'r') OR c.relkind = 'c'
    )
    SELECT named FROM things t
     WHERE owner = current_user::regrole
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                        WHERE d.classid = t.class AND d.objid = t.id
                          AND (d.deptype = 'e' OR (d.deptype IN ('a', 'i') AND named LIKE 'TABLE %'
                                                   AND d.refclassid = 'pg_catalog.pg_class'::regclass)))
  LOOP
    EXECUTE format('ALTER %s OWNER TO ${OWNER}', thing);
  END LOOP;
END $$`;

export function ownerUrl(home: string, port: number): string {
  const password = readFileSync(ownerPasswordFile(home), 'utf8').trim();
  return `postgresql://${OWNER}:${password}@127.0.0.1:${port}/${DATABASE}`;
}

/**
 * Make the owner once, and hand over what is there. The file with its password is written at the end, so an
 * interrupted attempt is repeated. If several processes start at once, one makes it and the others wait.
 */
export async function makeOwner(home: string, port: number, account: Account | undefined): Promise<void> {
  if (existsSync(ownerPasswordFile(home))) return;
  const superuser = new pg.Client({ connectionString: superuserUrl(home, port, DATABASE) });
  superuser.on('error', () => undefined);
  await superuser.connect();
  try {
    await superuser.query('SELECT pg_advisory_lock($1)', [MAKING_LOCK]);
    if (existsSync(ownerPasswordFile(home))) return;
    for (const role of [OWNER, ...ROLES]) await makeRole(superuser, role);
    const password = randomBytes(24).toString('hex');
    await superuser.query(`ALTER ROLE ${OWNER} LOGIN PASSWORD '${password}'`);
    await superuser.query(`ALTER DATABASE ${DATABASE} OWNER TO ${OWNER}`);
    await superuser.query(HAND_OVER);
    keep(password, ownerPasswordFile(home), account);
  } finally {
    await superuser.end().catch(() => undefined);
  }
}

async function makeRole(superuser: pg.Client, name: string): Promise<void> {
  const { rowCount } = await superuser.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
  if (rowCount === 0) await superuser.query(`CREATE ROLE ${name} NOLOGIN`);
}

function keep(password: string, path: string, account: Account | undefined): void {
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, `${password}\n`, { mode: 0o600 });
  if (account) chownSync(unfinished, account.uid, account.gid);
  renameSync(unfinished, path);
}
