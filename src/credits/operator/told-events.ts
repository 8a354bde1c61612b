import { Injectable, NotFoundException } from '@nestjs/common';
import { InvalidCreditsInputError } from '../credits.errors.js';
import type { Page } from '../credits.types.js';
import { Groups } from '../groups.js';
import type { CreditsEventType, EventChannel } from '../events/event.js';
import type { InTransaction } from '../in-transaction.js';
import { requireInput } from '../input.js';

export const EVENT_STATES = ['waiting', 'delivered', 'failed', 'erased'] as const;

export interface ToldEvent {
  id: string;
  channel: EventChannel;
  type: CreditsEventType;
  userId: string | null;
  /** Empty once its person was erased. */
  data: Record<string, unknown>;
  /** waiting: for its first attempt or its next; failed: given up. */
  state: (typeof EVENT_STATES)[number];
  attempts: number;
  /** What came of the last attempt. */
  outcome: string | null;
  /** Of the next attempt. */
  dueAt: string | null;
  createdAt: string;
  endedAt: string | null;
}

export interface EventFilter {
  userId?: string;
  /** Given up, or not delivered at the first attempt and still tried. */
  failed?: boolean;
  limit?: number;
  cursor?: string;
}

const CURSOR = /^e(\d{1,17})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(post|handler)$/;

type Row = Record<string, unknown>;

const listIn = (schema: string): string =>
  `SELECT e.*, (extract(epoch FROM e.created_at) * 1000000)::bigint AS micros FROM ${schema}.events e
    WHERE ($1::text IS NULL OR e.user_id = $1)
      AND (NOT $2 OR e.state = 'failed' OR e.state = 'waiting' AND e.attempts > 0)
      AND ($3::bigint IS NULL OR (e.created_at, e.id, e.channel)
           < (timestamptz 'epoch' + $3 * interval '1 microsecond', $4::uuid, $5))
    ORDER BY e.created_at DESC, e.id DESC, e.channel DESC LIMIT $6`;

/** What was told, is waiting to be told, or could not be: for operators. */
@Injectable()
export class ToldEvents {
  constructor(private readonly groups: Groups) {}

  /** Newest first. @throws InvalidCreditsInputError (the cursor), CreditsUnavailableError */
  async list({ userId, failed, limit = 50, cursor }: EventFilter): Promise<Page<ToldEvent>> {
    const [, micros = null, id = null, channel = null] =
      cursor === undefined ? [] : (CURSOR.exec(cursor) ?? [undefined, undefined, undefined, undefined]);
    if (cursor !== undefined && micros === null) {
      throw new InvalidCreditsInputError([{ path: 'cursor', message: 'must be a nextCursor of this list' }]);
    }
    const asked = userId === undefined ? this.groups.all() : [this.groups.of(userId)];
    const values = [userId ?? null, failed ?? false, micros, id, channel, limit + 1];
    const found = asked.map(({ database }) => database.query(listIn(database.schema), values));
    const rows = (await Promise.all(found))
      .flat()
      .sort(newestFirst)
      .slice(0, limit + 1);
    const last = rows[limit - 1];
    const nextCursor =
      rows.length > limit
        ? `e${String(last!['micros'])}.${String(last!['id'])}.${String(last!['channel'])}`
        : null;
    return { data: rows.slice(0, limit).map(toToldEvent), nextCursor };
  }

  /**
   * Once more, with all its attempts, as the same event: where it failed, or else everywhere.
   *
   * @throws InvalidCreditsInputError; NotFoundException where there is none, also after 30 days and after an erasure; CreditsUnavailableError
   */
  async resend(id: string, { tx }: InTransaction = {}): Promise<ToldEvent[]> {
    requireInput({ id }, { id: 'id' });
    const database = this.groups.ofId(id).database.in(tx);
    const { schema } = database;
    const sent = await database.query<{ channel: string }>(
      `UPDATE ${schema}.outbox o SET state = 'waiting', due_at = clock_timestamp(), attempts = 0, ended_at = NULL
        WHERE o.id = $1 AND o.state <> 'erased' AND o.data <> '{}'
          AND (o.state <> 'delivered'
               OR NOT EXISTS (SELECT FROM ${schema}.outbox x WHERE x.id = o.id AND x.state <> 'delivered'))
       RETURNING o.channel`,
      [id],
    );
    if (sent.length === 0) throw new NotFoundException('There is no such event.');
    const rows = await database.query(`SELECT * FROM ${schema}.events WHERE id = $1 AND channel = ANY ($2)`, [
      id,
      sent.map(({ channel }) => channel),
    ]);
    return rows.map(toToldEvent);
  }
}

/** By time, then by id, then by channel, as each group has them. */
function newestFirst(a: Row, b: Row): number {
  const places = [a, b].map((row) =>
    [String(row['micros']).padStart(20, '0'), row['id'], row['channel']].join(),
  );
  return places[0]! < places[1]! ? 1 : -1;
}

function toToldEvent(row: Row): ToldEvent {
  return {
    id: row['id'] as string,
    channel: row['channel'] as EventChannel,
    type: row['type'] as CreditsEventType,
    userId: row['user_id'] as string | null,
    data: row['data'] as Record<string, unknown>,
    state: row['state'] as ToldEvent['state'],
    attempts: row['attempts'] as number,
    outcome: row['outcome'] as string | null,
    dueAt: timeOf(row['due_at']),
    createdAt: timeOf(row['created_at'])!,
    endedAt: timeOf(row['ended_at']),
  };
}

const timeOf = (value: unknown): string | null => (value as Date | null)?.toISOString() ?? null;
