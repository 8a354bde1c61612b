import config from './jest.config.js';

/** `npm run test:browser`: the built product in a real browser. Not part of `npm test`, which needs no browser. */
export default {
  ...config,
  testMatch: ['<rootDir>/test/browser/**/*.browser.ts'],
  // A browser and a product each: they wait for each other, so two files are done sooner than one after the other.
  maxWorkers: 2,
  testTimeout: 60_000,
};
