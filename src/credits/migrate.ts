/**
 * For a pipeline that migrates before the new version starts (`migrate: 'check'` in the options of the module): no
 * Nest is loaded by this.
 */
export { migrateLedger as migrate, pendingInLedger as pending } from './ledger/schema.js';
export { MissingRightError, SchemaTooNewError, type MigrationOptions } from './ledger/migrate.js';
export {
  checkIntegrity,
  type Difference,
  type IntegrityOptions,
  type IntegrityReport,
} from './reads/integrity.js';
