import { describe, expect, test } from '@jest/globals';
import { loadEnvironment } from '../../src/config/environment.js';
import { named, refusal } from './refusal.js';
import { NUMBERS, TEXTS } from './variables.js';

const NOT_DIGITS = [
  'garbage',
  '-1',
  '+1',
  '1.5',
  '1e3',
  '0x10',
  ' 5',
  '5 ',
  '5\n',
  '1_000',
  '１',
  'NaN',
  'Infinity',
  'true',
];

describe.each(NUMBERS)('%s', (variable, fallback, min, max, read) => {
  test('missing or empty is its default', () => {
    expect(read(loadEnvironment({}))).toBe(fallback);
    expect(read(loadEnvironment({ [variable]: '' }))).toBe(fallback);
  });

  test('takes everything between its bounds, 0 as 0', () => {
    for (const value of [min, min + 1, max]) {
      expect(read(loadEnvironment({ [variable]: String(value) }))).toBe(value);
    }
  });

  test('is digits only', () => {
    for (const value of NOT_DIGITS) expect(named({ [variable]: value })).toEqual([variable]);
  });

  test('is refused outside its bounds, however huge', () => {
    const outside = [BigInt(max) + 1n, ...(min > 0 ? [min - 1] : []), '9'.repeat(400)];
    for (const value of outside) expect(named({ [variable]: String(value) })).toEqual([variable]);
  });
});

describe.each(TEXTS)('%s', (variable, fallback, good, bad, read) => {
  test('missing or empty is its default', () => {
    expect(read(loadEnvironment({}))).toBe(fallback);
    expect(read(loadEnvironment({ [variable]: '' }))).toBe(fallback);
  });

  test('takes what it is meant for', () => {
    for (const value of good) expect(read(loadEnvironment({ [variable]: value }))).toBe(value);
  });

  test('refuses anything else', () => {
    for (const value of bad) expect([...new Set(named({ [variable]: value }))]).toEqual([variable]);
  });
});

describe('prices', () => {
  test('exist for whatever action a variable names', () => {
    const { prices } = loadEnvironment({ CREDIT_COST_TEXT_TO_SPEECH: '50', CREDIT_COST_OCR2: '0' });
    expect(prices).toEqual({
      audio_upload: 2,
      txt_upload: 3,
      docx_processing: 5,
      premium_export: 15,
      text_to_speech: 50,
      ocr2: 0,
    });
  });

  test('do not exist for a further action that is left empty', () => {
    expect(loadEnvironment({ CREDIT_COST_OCR: '' }).prices).not.toHaveProperty('ocr');
  });

  test('do not exist for what every object has', () => {
    expect(loadEnvironment({}).prices.constructor).toBeUndefined();
    expect('toString' in loadEnvironment({}).prices).toBe(false);
  });

  test.each([
    'CREDIT_COST_',
    'CREDIT_COST__X',
    'CREDIT_COST_9LIVES',
    'CREDIT_COST_audio_upload',
    'CREDIT_COST_A-B',
    'CREDIT_COST___PROTO__',
  ])('are refused for %s, which names no action', (variable) =>
    expect(refusal({ [variable]: '1' })).toContain(`${variable} must name an action`),
  );
});

describe('a refusal', () => {
  test('names every offending variable in one line', () => {
    const bad = { PORT: 'a', LOG_LEVEL: 'b', CREDIT_COST_OCR: '-1', DATABASE_URL: 'c', AUTH_MODE: 'jwks' };
    expect(named(bad)?.sort()).toEqual(
      [
        'AUTH_AUDIENCE',
        'AUTH_ISSUER',
        'AUTH_JWKS_URL',
        'CREDIT_COST_OCR',
        'DATABASE_URL',
        'LOG_LEVEL',
        'PORT',
      ].sort(),
    );
    expect(refusal(bad)).not.toContain('\n');
  });

  test('never shows a value', () => {
    const value = 'hunter2\u0000';
    const variables = [
      ...NUMBERS.map(([name]) => name),
      ...TEXTS.map(([name]) => name),
      'AUTH_JWKS_URL',
      'AUTH_JWT_SECRET',
    ];
    for (const variable of variables) expect(refusal({ [variable]: value })).not.toContain('hunter2');
  });

  test('stays one line when the name of a variable is not', () => {
    expect(refusal({ 'CREDIT_COST_A\nB': '1' })).toMatch(/^[^\n]*CREDIT_COST_A\?B must name[^\n]*$/);
  });
});

test('wants all of a bucket where files lie in one, and nothing of it elsewhere', () => {
  expect(named({ FILES: 's3', S3_BUCKET: 'shop-files' })).toEqual([
    'S3_ENDPOINT',
    'S3_ACCESS_KEY_ID',
    'S3_SECRET_ACCESS_KEY',
  ]);
  expect(loadEnvironment({ S3_BUCKET: 'shop-files' }).files).toBe('folder');
});

test('names what looks like a setting of ours and is none, and nothing else', () => {
  const { unknownVariables } = loadEnvironment({
    CREDIT_SIGNUP_GRANTS: '5',
    DATABASE_HOST: 'localhost',
    CREDIT_SIGNUP_GRANT: '5',
    CREDIT_COST_OCR: '5',
    CREDIT_PACK_SMALL: '5 for 1.00 EUR',
    CREDIT_LIMIT: '',
    PATH: '/bin',
  });
  expect(unknownVariables).toEqual(['CREDIT_SIGNUP_GRANTS', 'DATABASE_HOST']);
});
