import { Injectable } from '@nestjs/common';
import { WalletDatabase } from '../database/wallet-database.js';
import { SHELVES, type Shelf } from './shelves.js';

/** A row with files that paid work stored. */
export interface Artefact {
  kind: Shelf['kind'];
  id: string;
}

const BY_HOLD = SHELVES.map(
  ({ kind, table }) =>
    `SELECT '${kind}' AS kind, id, hold_id FROM ${table} WHERE user_id = $1 AND hold_id = ANY ($2::uuid[])`,
).join(' UNION ALL ');

interface Row extends Artefact {
  hold_id: string;
}

export interface OwnedArtefact extends Artefact {
  userId: string;
  /** The hold that paid for it. */
  holdId: string;
}

const BY_ID = SHELVES.map(
  ({ kind, table }) => `SELECT '${kind}' AS kind, id, user_id, hold_id FROM ${table} WHERE id = $1`,
).join(' UNION ALL ');

@Injectable()
export class Artefacts {
  constructor(private readonly databases: WalletDatabase) {}

  /** The owner of an artefact, on whichever database it is. */
  async owned(id: string): Promise<OwnedArtefact | undefined> {
    for (const database of this.databases.all()) {
      const [row] = await database.query<(Row & { user_id: string })[]>(BY_ID, [id]);
      if (row !== undefined) return { kind: row.kind, id, userId: row.user_id, holdId: row.hold_id };
    }
    return undefined;
  }

  /** By the hold that paid for it; what its owner has deleted is not there. */
  async ofHolds(userId: string, holdIds: readonly string[]): Promise<Map<string, Artefact>> {
    if (holdIds.length === 0) return new Map();
    const rows = await this.databases.of(userId).query<Row[]>(BY_HOLD, [userId, holdIds]);
    return new Map(rows.map(({ hold_id, kind, id }) => [hold_id, { kind, id }]));
  }
}
