import { Injectable } from '@nestjs/common';
import { WalletDatabase } from '../database/wallet-database.js';
import { SHELVES, type Shelf } from './shelves.js';

/** What came of paid work. */
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

@Injectable()
export class Artefacts {
  constructor(private readonly databases: WalletDatabase) {}

  /** By the hold that paid for it; what its owner has deleted is not there. */
  async ofHolds(userId: string, holdIds: readonly string[]): Promise<Map<string, Artefact>> {
    if (holdIds.length === 0) return new Map();
    const rows = await this.databases.of(userId).query<Row[]>(BY_HOLD, [userId, holdIds]);
    return new Map(rows.map(({ hold_id, kind, id }) => [hold_id, { kind, id }]));
  }
}
