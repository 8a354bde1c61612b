import { describe, expect, test } from '@jest/globals';
import { loadEnvironment } from '../../src/config/environment.js';
import { named, refusal } from './refusal.js';

const SECRET = `whsec_${Buffer.alloc(24, 'a').toString('base64')}`;

describe('CREDIT_EVENTS_URL', () => {
  test.each([
    'https://app.example/hooks?x=1',
    'http://localhost:1/x',
    'http://127.0.0.9:80/',
    'http://[::1]:8080/',
  ])('takes %s with a secret', (url) => {
    const environment = loadEnvironment({ CREDIT_EVENTS_URL: url, CREDIT_EVENTS_SECRET: SECRET });
    expect(environment).toMatchObject({ eventsUrl: url, eventsSecret: SECRET, expiryNoticeDays: 7 });
  });

  test.each([
    'x',
    '/hooks',
    'http://app.example/hooks',
    'http://169.254.169.254/',
    'http://127.0.0.1.example/',
    'ftp://localhost/',
    'https://me:mine@app.example/',
    'https://a b/',
  ])('refuses %s, without saying it', (url) => {
    const variables = { CREDIT_EVENTS_URL: url, CREDIT_EVENTS_SECRET: SECRET };
    expect(named(variables)).toEqual(['CREDIT_EVENTS_URL']);
    expect(refusal(variables)).not.toContain(url);
  });

  test('wants a secret, or several apart by spaces', () => {
    const url = { CREDIT_EVENTS_URL: 'https://app.example/' };
    expect(named(url)).toEqual(['CREDIT_EVENTS_SECRET']);
    for (const bad of [
      'secret',
      'whsec_',
      'whsec_c2hvcnQ=',
      `${SECRET} x`,
      SECRET.replace('_', '-'),
      `${SECRET}!`,
    ]) {
      expect(named({ ...url, CREDIT_EVENTS_SECRET: bad })).toEqual(['CREDIT_EVENTS_SECRET']);
    }
    expect(loadEnvironment({ ...url, CREDIT_EVENTS_SECRET: `${SECRET} ${SECRET}` }).eventsSecret).toContain(
      ' ',
    );
  });
});
