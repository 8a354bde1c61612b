import { availableParallelism } from 'node:os';
import { swcOptions } from './swc.config.mjs';

export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/data/', '<rootDir>/.tmp/'],
  extensionsToTreatAsEsm: ['.ts'],
  // Sources import `./name.js`, which exists only in dist: without the suffix Jest finds the .ts beside it.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['@swc/jest', swcOptions] },
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
  // A module of a test file that has ended is never given back: a worker that grew to gigabytes collected garbage most of its time.
  workerIdleMemoryLimit: '1GB',
  // It ends what hangs; what is slow because others use the machine too has time (the suite was run beside a load of 15).
  testTimeout: 120_000,
};
