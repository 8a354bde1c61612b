import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { Environment } from '../../src/config/environment.js';
import { readEnvironment } from '../../src/config/read-environment.js';
import { EnvironmentModule } from '../../src/config/environment.module.js';
import { NUMBERS, TEXTS } from './variables.js';

describe('the .env file', () => {
  const before = process.cwd();
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'creditgate-env-'));
    process.chdir(folder);
  });

  afterEach(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
    delete process.env.CREDIT_LOW_BALANCE;
  });

  test('in the working directory is read, and the environment wins', () => {
    writeFileSync('.env', 'CREDIT_LOW_BALANCE=7\nCREDIT_SIGNUP_GRANT=8 # credits\n');
    expect(readEnvironment()).toMatchObject({ lowBalanceCredits: 7, signupGrantCredits: 8 });
    process.env.CREDIT_LOW_BALANCE = '9';
    expect(readEnvironment()).toMatchObject({ lowBalanceCredits: 9, signupGrantCredits: 8 });
  });

  test('does not end up in the environment that child processes inherit', () => {
    writeFileSync('.env', 'CREDIT_LOW_BALANCE=7\n');
    readEnvironment();
    expect(process.env.CREDIT_LOW_BALANCE).toBeUndefined();
  });

  test('that cannot be read stops the start', () => {
    mkdirSync('.env');
    expect(readEnvironment).toThrow('.env must be a readable file');
  });

  test('reaches an application as the injectable Environment, and a fault in it as an error of the build', async () => {
    writeFileSync('.env', 'CREDIT_LOW_BALANCE=7\n');
    const build = () => Test.createTestingModule({ imports: [EnvironmentModule] }).compile();
    expect((await build()).get(Environment)).toMatchObject({ lowBalanceCredits: 7 });
    writeFileSync('.env', 'CREDIT_LOW_BALANCE=many\n');
    await expect(build()).rejects.toMatchObject({ exitCode: 78 });
  });

  test('has an example that lists every variable with its default', () => {
    const example = readFileSync(join(before, '.env.example'), 'utf8');
    for (const [variable, fallback] of NUMBERS) expect(example).toContain(`\n#${variable}=${fallback}\n`);
    for (const [variable, fallback] of TEXTS) expect(example).toContain(`\n#${variable}=${fallback ?? ''}`);
    for (const variable of ['AUTH_JWKS_URL', 'AUTH_JWT_SECRET']) expect(example).toContain(`\n#${variable}=`);
  });
});
