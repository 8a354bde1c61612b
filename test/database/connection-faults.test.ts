import { describe, expect, test } from '@jest/globals';
import { isRefusal, reasonOf } from '../../src/database/connection-faults.js';

/** As PostgreSQL 15 and Node's TLS say them. */
const fault = (code: string, message: string) => Object.assign(new Error(message), { code });
const from = 'host "10.0.0.7", user "shop", database "shop"';

describe('a connection that will fail again', () => {
  test.each([
    [fault('28000', `no pg_hba.conf entry for ${from}, no encryption`), /wants TLS: add sslmode=verify-full/],
    [fault('28000', `pg_hba.conf rejects connection for ${from}, no encryption`), /or its pg_hba\.conf/],
    [fault('28000', `no pg_hba.conf entry for ${from}, SSL encryption`), /^its pg_hba\.conf does not let/],
    [fault('28000', 'role "shop" is not permitted to log in'), /^this role may not log in$/],
    [fault('28000', 'connection requires a valid client certificate'), /sslcert=/],
    [fault('28P01', 'password authentication failed for user "shop"'), /^wrong user name or password$/],
    [fault('42501', 'permission denied for database "shop"'), /may not connect/],
    [fault('CERT_HAS_EXPIRED', 'certificate has expired'), /expired/],
    [fault('ERR_OSSL_X509_KEY_VALUES_MISMATCH', 'key values mismatch'), /KEY_VALUES_MISMATCH/],
    [fault('ERR_OSSL_PEM_NO_START_LINE', 'no start line'), /NO_START_LINE/],
    [fault('ERR_SSL_WRONG_VERSION_NUMBER', 'wrong version number'), /WRONG_VERSION/],
  ])('is refused: %s', (error, reason) => {
    expect(isRefusal(error)).toBe(true);
    expect(reasonOf(error)).toMatch(reason);
    expect(reasonOf(error)).not.toContain('10.0.0.7');
  });

  test.each([
    [fault('53300', 'too many connections for role "shop"'), /no connection is left/],
    [fault('55000', 'database "shop" is not currently accepting connections'), /accepts no connections now/],
    [fault('08P01', 'server login failed: FATAL database "shop" does not exist'), /its log says why/],
    [fault('57P03', 'the database system is starting up'), /starting or stopping/],
    [fault('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.7:5432'), /^ECONNREFUSED$/],
  ])('is not, because it may pass: %s', (error, reason) => {
    expect(isRefusal(error)).toBe(false);
    expect(reasonOf(error)).toMatch(reason);
  });
});
