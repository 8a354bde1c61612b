import type { EntityManager } from 'typeorm';

/** The caller's transaction: the credit change commits or rolls back with the caller's own rows. */
export interface InTransaction {
  tx?: EntityManager;
}
