import { migrateLedger } from './credits/plumbing.js';
import { migrateLibrary } from './library/migrations.js';
import { migratePayments } from './payments/migrations.js';

/** Every schema of ours, in the order in which they are made. */
export const MIGRATIONS = [migrateLedger, migrateLibrary, migratePayments] as const;
