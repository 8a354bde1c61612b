import type { Repository } from 'typeorm';
import { InvalidCreditsInputError, type Page } from '../credits/index.js';
import type { PageQuery } from '../routes/page-query.js';
import type { KeptFile } from './kept-file.entity.js';

const CURSOR = /^v(\d{1,17})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * One page of a user's shelf, newest first, by the index (user_id, created_at, id). A cursor holds the position of
 * the page's last row, not a count, so rows stored or deleted meanwhile shift nothing.
 *
 * @throws InvalidCreditsInputError (the cursor)
 */
export async function pageOf<T extends KeptFile>(
  shelf: Repository<T>,
  userId: string,
  { limit = 50, cursor }: PageQuery,
): Promise<Page<T>> {
  const query = shelf
    .createQueryBuilder('f')
    // A Date has milliseconds, a timestamp microseconds.
    .addSelect('(extract(epoch FROM f.created_at) * 1000000)::bigint', 'micros')
    .where('f.user_id = :userId', { userId })
    .orderBy('f.created_at', 'DESC')
    .addOrderBy('f.id', 'ASC')
    .limit(limit + 1);
  if (cursor !== undefined) {
    const at = `timestamptz 'epoch' + :micros::bigint * interval '1 microsecond'`;
    query.andWhere(`f.created_at <= ${at} AND (f.created_at < ${at} OR f.id > :id::uuid)`, placeOf(cursor));
  }
  const { entities, raw } = await query.getRawAndEntities<{ micros: string }>();
  const data = entities.slice(0, limit);
  const last = data.at(-1);
  const nextCursor = entities.length > limit ? `v${raw[limit - 1]!.micros}.${last!.id}` : null;
  return { data, nextCursor };
}

function placeOf(cursor: string): { micros: string; id: string } {
  const [, micros, id] = CURSOR.exec(cursor) ?? [];
  if (micros !== undefined && id !== undefined) return { micros, id };
  throw new InvalidCreditsInputError([{ path: 'cursor', message: 'must be a nextCursor of this list' }]);
}
