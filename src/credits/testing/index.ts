/**
 * For the tests of a host: the credit system in memory, and races against a real database. Nothing of the credit system
 * itself loads this.
 */
export { CreditsTestingModule, type CreditsTestingOptions } from './credits-testing.module.js';
export { TestCredits, type FailingVerb } from './test-credits.js';
export { expectBooksSum, race, type Stake } from './race.js';
