import config from './jest.config.js';

/** `npm run test:browser`: the built product in a real browser. Not part of `npm test`, which needs no browser. */
export default {
  ...config,
  testMatch: ['<rootDir>/test/browser/**/*.browser.ts'],
  // A browser and a product each: more at once would only wait for each other.
  maxWorkers: 1,
  testTimeout: 60_000,
};
