import { migrateLedger } from './credits/plumbing.js';
import { migrateLibrary } from './library/migrations.js';

/** Every schema of ours, in the order in which they are made. */
export const MIGRATIONS = [migrateLedger, migrateLibrary] as const;
