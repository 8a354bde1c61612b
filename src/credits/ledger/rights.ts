import type { ClientBase } from 'pg';

/** The roles that roles.sql knows, PUBLIC aside. */
const ROLES = ['credits_app', 'credits_operator'];

/**
 * Who owns what in a schema, and what anybody else may do there, as one checksum; not what {@link SHUT_OUT_STRANGERS} leaves to
 * roles that roles.sql does not know. It changes when a role is made later, when a dump is restored for another owner or
 * without its grants, and when somebody adds a function that everybody may execute. The same under every search_path: a
 * regprocedure is written with its schema or without.
 */
const RIGHTS_SQL = `
  WITH objects AS (
    SELECT 'schema' AS name, nspowner AS owner, COALESCE(nspacl, acldefault('n', nspowner)) AS acl
      FROM pg_namespace WHERE nspname = $1
     UNION ALL
    SELECT proname || '(' || proargtypes::text || ')', proowner, COALESCE(proacl, acldefault('f', proowner))
      FROM pg_proc WHERE pronamespace = to_regnamespace($1)
     UNION ALL
    SELECT relname, relowner,
           COALESCE(relacl, acldefault(CASE relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, relowner))
      FROM pg_class WHERE relnamespace = to_regnamespace($1) AND relkind IN ('r', 'p', 'v', 'm', 'S')
     UNION ALL
    SELECT c.relname || '.' || a.attname, c.relowner, a.attacl
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = to_regnamespace($1) AND a.attacl IS NOT NULL
  ), facts AS (
    SELECT 'role ' || rolname AS fact FROM pg_roles WHERE rolname = ANY ($2)
     UNION
    SELECT 'owner ' || pg_get_userbyid(owner) FROM objects
     UNION
    SELECT concat_ws(' ', o.name, a.grantee, a.privilege_type)
      FROM objects o CROSS JOIN LATERAL aclexplode(o.acl) a
      LEFT JOIN pg_roles r ON r.oid = a.grantee
     WHERE a.grantee = 0 OR r.rolname = ANY ($2) OR a.grantee <> o.owner AND a.privilege_type NOT IN ('SELECT', 'USAGE')
  )
  SELECT md5(string_agg(fact, E'\\n' ORDER BY fact COLLATE "C")) AS rights FROM facts`;

/**
 * A role that roles.sql does not know may have been given everything by the owner's default privileges, which are made once
 * for all that a database will ever hold. Of that it keeps what reads: USAGE of the schema, SELECT on all but recorded answers.
 * In the schema that comes first in the search_path.
 */
export const SHUT_OUT_STRANGERS = `
  DO $do$
  DECLARE
    act text;
  BEGIN
    FOR act IN
      WITH things AS (
        SELECT format('SCHEMA %I', nspname) AS thing, '' AS part, nspowner AS owner, nspacl AS acl, 'USAGE' AS kept
          FROM pg_namespace WHERE nspname = current_schema()
         UNION ALL
        SELECT format('ROUTINE %s', oid::regprocedure), '', proowner, proacl, NULL
          FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
         UNION ALL
        SELECT format('%s %s', CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, oid::regclass), '', relowner, relacl,
               CASE WHEN relname <> 'answers' THEN 'SELECT' END
          FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
         UNION ALL
        SELECT format('TABLE %s', c.oid::regclass), format('(%I)', a.attname), c.relowner, a.attacl, 'SELECT'
          FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relnamespace = current_schema()::regnamespace
      )
      SELECT format('REVOKE %s %s ON %s FROM %s CASCADE', a.privilege_type, t.part, t.thing,
                    COALESCE(quote_ident(r.rolname), 'PUBLIC'))
        FROM things t CROSS JOIN LATERAL aclexplode(t.acl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
       WHERE t.owner = current_user::regrole AND a.grantee <> t.owner
         AND r.rolname IN ('credits_app', 'credits_operator') IS NOT TRUE
         AND (a.grantee = 0 OR a.privilege_type IS DISTINCT FROM t.kept)
    LOOP
      EXECUTE act;
    END LOOP;
  END $do$`;

export async function rightsIn(client: ClientBase, schema: string): Promise<string> {
  const { rows } = await client.query<{ rights: string }>(RIGHTS_SQL, [schema, ROLES]);
  return rows[0]!.rights;
}

export interface Ownership {
  user: string;
  database: string;
  databaseOwner: string;
  exists: boolean;
  /** Of the schema's tables; null where there are none yet. */
  owner: string | null;
  /** Any table or view of the schema. */
  table: string | null;
}

export async function ownerOf(client: ClientBase, schema: string): Promise<Ownership> {
  const { rows } = await client.query<Ownership>(
    `SELECT current_user AS user, current_database() AS database,
            (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()) AS "databaseOwner",
            EXISTS (SELECT FROM pg_namespace WHERE nspname = $1) AS exists,
            (SELECT pg_get_userbyid(relowner) FROM pg_class
              WHERE relnamespace = to_regnamespace($1) AND relname = 'migrations') AS owner,
            (SELECT min(relname) FROM pg_class
              WHERE relnamespace = to_regnamespace($1) AND relkind IN ('r', 'p', 'f', 'v', 'm')) AS table`,
    [schema],
  );
  return rows[0]!;
}

export async function mayActForOwner(client: ClientBase, schema: string): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean }>(
    `SELECT pg_has_role(relowner, 'MEMBER') AS may FROM pg_class
      WHERE relnamespace = to_regnamespace($1) AND relname = 'migrations'`,
    [schema],
  );
  return rows[0]?.may ?? false;
}

/** Who has to do what so that the schema is made or brought up to date. */
export async function sentenceOnRights(client: ClientBase, schema: string, refusal: string): Promise<string> {
  const { user, database, databaseOwner, exists, owner } = await ownerOf(client, schema);
  const afterwards = `to use it afterwards, GRANT credits_app TO "${user}"`;
  if (!exists) {
    return (
      `"${user}" may not make the schema "${schema}": run \`npm run migrate\` (or \`npx creditgate migrate\`) first as ` +
      `"${databaseOwner}", the owner of the database "${database}"; ${afterwards}; ` +
      `or, if it is to own the schema, GRANT CREATE ON DATABASE "${database}" TO "${user}"`
    );
  }
  if (owner !== null && owner !== user) {
    return (
      `"${user}" may not bring the schema "${schema}" up to date (${refusal}): start this version once as its owner ` +
      `"${owner}"; ${afterwards}`
    );
  }
  return `"${user}" may not bring the schema "${schema}" up to date (${refusal}): it needs the rights of its owner`;
}
