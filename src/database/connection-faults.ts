import { SQLSTATE } from '../credits/plumbing.js';

// Class 28: the role or its password; 3D: the database; 42501: the role may not connect to it.
const REFUSED = /^(28...|3D...|42501)$/;
/** A certificate of either side, or a protocol that the two do not share. */
const NO_TLS_WITH_IT = /CERT|ERR_TLS|ERR_SSL|ERR_OSSL|SELF_SIGNED|UNABLE_TO_VERIFY/;
/** Messages of hosts/, which finds the server to connect to. */
const OF_OUR_OWN = /^Not connected: /;
const DRIVER_REFUSES = /^SASL|does not support SSL/;

/** True if a connection that failed like this will fail again until somebody changes something. */
export function isRefusal(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return REFUSED.test(code) || NO_TLS_WITH_IT.test(code) || DRIVER_REFUSES.test(message);
}

/** The code if there is one, because messages may quote user names and addresses. Our own messages do not. */
export function reasonOf(error: unknown): string {
  const { code = '', message = 'unknown error' } = error as { code?: string; message?: string };
  if (OF_OUR_OWN.test(message)) return message.replace(OF_OUR_OWN, '');
  if (code === SQLSTATE.invalidAuthorization) return notLetIn(message);
  return REASONS[code] ?? (code || message);
}

const WRONG_CREDENTIALS = 'wrong user name or password';

/** PostgreSQL has one code for every refusal but a wrong password. */
function notLetIn(message: string): string {
  if (/pg_hba/.test(message)) {
    return /no encryption|SSL off/.test(message)
      ? 'it wants TLS: add sslmode=verify-full; or its pg_hba.conf does not let this user in from here at all'
      : 'its pg_hba.conf does not let this user into this database from here';
  }
  if (/not permitted to log in/.test(message)) return 'this role may not log in';
  if (/client certificate/.test(message)) return 'it wants a certificate: name it with sslcert= and sslkey=';
  return WRONG_CREDENTIALS;
}

const UNKNOWN_AUTHORITY =
  'its certificate is signed by an authority that is not known here: name its file with sslrootcert=';

const REASONS: Record<string, string> = {
  [SQLSTATE.invalidPassword]: WRONG_CREDENTIALS,
  [SQLSTATE.noSuchDatabase]: 'there is no such database',
  [SQLSTATE.insufficientPrivilege]: 'this user may not connect to this database',
  [SQLSTATE.tooManyConnections]: 'no connection is left for this user (53300)',
  [SQLSTATE.cannotConnectNow]: 'it is starting or stopping (57P03)',
  [SQLSTATE.protocolViolation]: 'the pooler before it got no connection to it, and its log says why (08P01)',
  [SQLSTATE.notInThisState]: 'this database accepts no connections now (55000)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
  CERT_HAS_EXPIRED: 'its certificate has expired',
};
