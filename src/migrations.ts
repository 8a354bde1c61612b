import { migrateLedgers } from './credits/plumbing.js';
import { migrateLibrary } from './library/migrations.js';
import { migratePayments } from './payments/migrations.js';

/** Every schema of ours, in the order in which they are made. */
export const MIGRATIONS = [migrateLedgers, migrateLibrary, migratePayments] as const;
