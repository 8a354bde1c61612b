import { Injectable, Logger } from '@nestjs/common';
import { WalletDatabase } from '../database/wallet-database.js';
import type { ExportFormat } from './export.entity.js';

/** A job in progress. */
export interface Job {
  id: string;
  format: ExportFormat;
  title: string;
  /** How much is done, from 0 to 1. */
  progress: number;
  startedAt: Date;
}

export interface RunningJob {
  report(progress: number): void;
  /** Resolves when nobody can see it any more. */
  end(): Promise<void>;
}

const NOTED_EVERY_MS = 500;
/** A job that has not been updated for so long belongs to a process that died. */
const SILENT = `updated_at < now() - interval '15 seconds'`;

/**
 * The exports in progress for a user, on every instance, and how far they are. They are for display only: work does
 * not fail if its progress cannot be noted, and work of less than half a second is never noted.
 */
@Injectable()
export class JobsService {
  readonly #logger = new Logger('Library');

  constructor(private readonly databases: WalletDatabase) {}

  begin(userId: string, job: Pick<Job, 'id' | 'format' | 'title'>): RunningJob {
    let notedAt = performance.now();
    let noting: Promise<void> | undefined;
    return {
      report: (progress) => {
        if (performance.now() - notedAt < NOTED_EVERY_MS) return;
        notedAt = performance.now();
        // One write at a time, and none after the end.
        noting = (noting ?? Promise.resolve()).then(() => this.#note(userId, { ...job, progress }));
      },
      end: async () => {
        if (noting === undefined) return;
        await noting;
        await this.#try(userId, `DELETE FROM library.jobs WHERE id = $1 OR ${SILENT}`, [job.id]);
      },
    };
  }

  /** Oldest first. */
  list(userId: string): Promise<Job[]> {
    return this.databases.of(userId).query<Job[]>(
      `SELECT id, format, title, progress, started_at AS "startedAt" FROM library.jobs
        WHERE user_id = $1 AND NOT ${SILENT} ORDER BY id`,
      [userId],
    );
  }

  #note(userId: string, { id, format, title, progress }: Omit<Job, 'startedAt'>): Promise<void> {
    return this.#try(
      userId,
      `INSERT INTO library.jobs (id, user_id, format, title, progress) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (id) DO UPDATE SET progress = excluded.progress, updated_at = now()`,
      [id, userId, format, title, progress],
    );
  }

  async #try(userId: string, sql: string, values: unknown[]): Promise<void> {
    try {
      await this.databases.of(userId).query(sql, values);
    } catch (error) {
      this.#logger.warn(`progress was not noted: ${String(error)}`);
    }
  }
}
