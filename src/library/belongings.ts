import { Injectable } from '@nestjs/common';
import { FileStore } from './file-store.js';
import { SHELVES } from './shelves.js';

/** A user's rows on one shelf. */
export interface Taken {
  folder: string;
  ids: string[];
}

type Query = (sql: string, values: unknown[]) => Promise<{ id: string }[]>;

/**
 * Everything that a user keeps as rows with files: all the kinds in SHELVES. The rows are deleted in the caller's
 * transaction, the files after it; files that a crash leaves in between are swept like any others.
 */
@Injectable()
export class Belongings {
  constructor(private readonly files: FileStore) {}

  /** In the order of SHELVES: an export that is being stored locks what it is made of (ExportsService.add). */
  async deleteRows(userId: string, query: Query): Promise<Taken[]> {
    const taken: Taken[] = [];
    await query('DELETE FROM library.jobs WHERE user_id = $1 RETURNING id', [userId]);
    for (const { folder, table } of SHELVES) {
      const rows = await query(`DELETE FROM ${table} WHERE user_id = $1 RETURNING id`, [userId]);
      taken.push({ folder, ids: rows.map(({ id }) => id) });
    }
    return taken;
  }

  async deleteFiles(taken: readonly Taken[]): Promise<void> {
    for (const { folder, ids } of taken) {
      for (const id of ids) await this.files.remove(folder, id);
    }
  }
}
