import { describe, expect, test } from '@jest/globals';
import { loadEnvironment } from '../../src/config/environment.js';
import { named, type Variables } from './refusal.js';

const STRIPE = { PAYMENTS: 'stripe', STRIPE_SECRET_KEY: 'sk_test_x', PUBLIC_URL: 'https://app.example' };
const SECRET = { AUTH_MODE: 'hs256', AUTH_JWT_SECRET: 'x'.repeat(32) };

describe('PAYMENTS', () => {
  test('is demo for the one at this machine, and off wherever others may come in', () => {
    const modeOf = (variables: Variables) => loadEnvironment(variables).payments;
    for (const HOST of ['', '127.0.0.1', '127.0.0.9', 'localhost', '::1'])
      expect(modeOf({ HOST })).toBe('demo');
    const others: Variables[] = [
      { HOST: '0.0.0.0' },
      { HOST: '::' },
      { HOST: 'app.internal' },
      { TRUST_PROXY: '127.0.0.1' },
      { PUBLIC_URL: 'https://app.example' },
      { NODE_ENV: 'production' },
      SECRET,
    ];
    for (const variables of others) expect([variables, modeOf(variables)]).toEqual([variables, 'off']);
  });

  test('takes what is said, and sells nothing when it is off', () => {
    expect(loadEnvironment({ PAYMENTS: 'off', CREDIT_PACK_A: '5 for 1.00 EUR' }).packs).toEqual([]);
    expect(loadEnvironment(STRIPE)).toMatchObject({ payments: 'stripe', packs: [], stripeTax: 'off' });
    expect(loadEnvironment({ PAYMENTS: 'demo', NODE_ENV: 'production' }).payments).toBe('demo');
  });

  test('is no demo where others come in, and no Stripe without its key and the address to return to', () => {
    expect(named({ PAYMENTS: 'demo', HOST: '0.0.0.0' })).toEqual(['PAYMENTS']);
    expect(named({ PAYMENTS: 'demo', ...SECRET })).toEqual(['PAYMENTS']);
    expect(named({ PAYMENTS: 'stripe' })).toEqual(['STRIPE_SECRET_KEY', 'PUBLIC_URL']);
    expect(named({ PAYMENTS: 'paypal' })).toEqual(['PAYMENTS']);
  });
});

describe('CREDIT_PACK_<NAME>', () => {
  const packsOf = (variables: Variables) => loadEnvironment({ ...STRIPE, ...variables }).packs;

  test('is credits for money, in minor units of the currency, and perhaps for some months', () => {
    const packs = packsOf({
      CREDIT_PACK_STUDIO: '2500 for 20.00 EUR, for 12 months',
      CREDIT_PACK_STARTER: '500 for 5.00 EUR',
      CREDIT_PACK_YEN: '100 for 150 JPY',
      CREDIT_PACK_DINAR: '100 for 1.500 KWD, for 1 month',
      CREDIT_PACK_WHOLE: '7 for 3 USD',
      CREDIT_PACK_NONE: '',
    });
    expect(
      packs.map(({ offer, credits, amount, currency, expiresMonths }) =>
        [offer, credits, amount, currency, expiresMonths].join(' '),
      ),
    ).toEqual([
      'DINAR 100 1500 KWD 1',
      'STARTER 500 500 EUR ',
      'STUDIO 2500 2000 EUR 12',
      'WHOLE 7 300 USD ',
      'YEN 100 150 JPY ',
    ]);
  });

  test('is refused by name when it is anything else', () => {
    const sentences = [
      '500',
      '500 for 5.00',
      '500 for 5.0 EUR',
      '500 for 5.000 EUR',
      '500 for 1.50 JPY',
      '500 for 0.00 EUR',
      '0 for 5.00 EUR',
      '-5 for 5.00 EUR',
      '500 for 5,00 EUR',
      '500 for 5.00 eur',
      '500 for 5.00 XYZ',
      '1.5 for 5.00 EUR',
      '9007199254740993 for 5.00 EUR',
      '500 for 1000000.00 EUR',
      '500 for 5.00 EUR, for 0 months',
      '500 for 5.00 EUR, for 121 months',
      '500 for 5.00 EUR for 12 months',
      ' 500 for 5.00 EUR',
      '500 for 5.00 EUR\n',
    ];
    for (const sentence of sentences)
      expect([sentence, named({ CREDIT_PACK_A: sentence })]).toEqual([sentence, ['CREDIT_PACK_A']]);
  });

  test('is refused in a currency that Stripe counts otherwise than everybody else', () => {
    for (const currency of ['ISK', 'UGX']) {
      expect(named({ ...STRIPE, CREDIT_PACK_A: `500 for 500 ${currency}` })).toEqual(['CREDIT_PACK_A']);
    }
  });

  test('may be missing: the demo sells one of its own then', () => {
    expect(loadEnvironment({}).packs).toMatchObject([{ offer: 'DEMO' }]);
    expect(loadEnvironment({ CREDIT_PACK_A: '5 for 1.00 EUR' }).packs).toMatchObject([{ offer: 'A' }]);
  });
});

describe('CREDIT_PLAN_<NAME>', () => {
  const plansOf = (variables: Variables) => loadEnvironment({ ...STRIPE, ...variables }).plans;

  test('is credits each month for money, monthly or for a year, with what is carried and what is tried', () => {
    const plans = plansOf({
      CREDIT_PLAN_PRO: '1000 monthly for 9.00 EUR, carry 300, trial 50 for 7 days',
      CREDIT_PLAN_PRO_YEAR: '1000 monthly for 90.00 EUR yearly, carry 300',
      CREDIT_PLAN_SMALL: '10 monthly for 150 JPY',
      CREDIT_PLAN_TRIED: '10 monthly for 1.00 EUR, trial 5 for 1 day',
      CREDIT_PLAN_NONE: '',
    });
    const shown = plans.map(({ offer, credits, amount, currency, months, carry, trial }) =>
      [offer, credits, amount, currency, months, carry, trial?.credits, trial?.days].join(' '),
    );
    expect(shown).toEqual([
      'PRO 1000 900 EUR 1 300 50 7',
      'PRO_YEAR 1000 9000 EUR 12 300  ',
      'SMALL 10 150 JPY 1 0  ',
      'TRIED 10 100 EUR 1 0 5 1',
    ]);
  });

  test('is refused by name when it is anything else', () => {
    const sentences = [
      '1000 for 9.00 EUR',
      '1000 monthly',
      '0 monthly for 9.00 EUR',
      '1000 monthly for 0.00 EUR',
      '1000 monthly for 9.0 EUR',
      '1000 monthly for 9.00 XYZ',
      '1000 weekly for 9.00 EUR',
      '1000 monthly for 9.00 EUR, trial 50 for 7 days, carry 300',
      '1000 monthly for 9.00 EUR, trial 0 for 7 days',
      '1000 monthly for 9.00 EUR, trial 50 for 0 days',
      '1000 monthly for 9.00 EUR, trial 50 for 731 days',
      '1000 monthly for 9.00 EUR, carry -1',
      '9007199254740991 monthly for 9.00 EUR',
      '1000 monthly for 1000000.00 EUR',
      '1000 monthly for 9.00 EUR ',
    ];
    for (const sentence of sentences)
      expect([sentence, named({ CREDIT_PLAN_A: sentence })]).toEqual([sentence, ['CREDIT_PLAN_A']]);
    expect(named({ ...STRIPE, CREDIT_PLAN_A: '10 monthly for 500 UGX' })).toEqual(['CREDIT_PLAN_A']);
    const both = { CREDIT_PLAN_A: '10 monthly for 9.00 EUR', CREDIT_PACK_A: '10 for 9.00 EUR' };
    expect(named(both)).toEqual(['CREDIT_PLAN_A']);
  });

  test('is sold by the demo beside its own pack, whose name it may take; and not when nothing is sold', () => {
    const variables = { CREDIT_PLAN_A: '10 monthly for 9.00 EUR' };
    expect(loadEnvironment(variables)).toMatchObject({ packs: [{ offer: 'DEMO' }], plans: [{ offer: 'A' }] });
    expect(loadEnvironment({ CREDIT_PLAN_DEMO: '10 monthly for 9.00 EUR' }).packs).toEqual([]);
    expect(loadEnvironment({ PAYMENTS: 'off', ...variables }).plans).toEqual([]);
  });
});

describe('what Stripe needs', () => {
  test('is refused by name when it cannot be meant', () => {
    const faults: Variables[] = [
      { STRIPE_API_URL: 'http://api.example' },
      { STRIPE_API_URL: 'ftp://127.0.0.1' },
      { STRIPE_API_URL: 'https://api.example/v1' },
      { STRIPE_SECRET_KEY: 'sk test' },
      { STRIPE_WEBHOOK_SECRET: ' ' },
      { STRIPE_WEBHOOK_SECRET: 'whsec_a\nwhsec_b' },
      { STRIPE_TAX: 'yes' },
      { PUBLIC_URL: 'app.example' },
      { PUBLIC_URL: 'https://app.example/shop' },
      { PUBLIC_URL: 'https://user@app.example' },
    ];
    for (const fault of faults)
      expect([fault, named({ ...STRIPE, ...fault })]).toEqual([fault, Object.keys(fault)]);
  });

  test('may be at a loopback address, with several secrets while one is replaced', () => {
    const variables = { STRIPE_API_URL: 'http://127.0.0.1:12111', STRIPE_WEBHOOK_SECRET: 'whsec_a whsec_b' };
    expect(() => loadEnvironment({ ...STRIPE, ...variables })).not.toThrow();
  });
});
