import pg from 'pg';
import { TypeOrmDatabase } from '../../src/credits/database/typeorm-database.js';
import { LedgerDatabase } from '../../src/credits/database/ledger-database.js';
import { Courier, type CourierOptions } from '../../src/credits/events/courier.js';
import { Deliveries } from '../../src/credits/events/deliveries.js';
import { receiverAt } from '../../src/credits/events/receiver.js';
import { EVENT_TYPES, type EventChannel } from '../../src/credits/events/event.js';
import { ExpiryNotices } from '../../src/credits/events/expiry-notices.js';
import { Outbox } from '../../src/credits/events/outbox.js';
import { post } from '../../src/credits/events/post.js';
import { openCredits, type OpenCredits } from '../support/credits.js';
import { createTestDatabase } from '../support/database.js';

export const SECRET = `whsec_${Buffer.from('a secret of more than 24 bytes').toString('base64')}`;

export interface Told {
  id: string;
  type: string;
  data: Record<string, unknown>;
  state: string;
  attempts: number;
  outcome: string | null;
}

export interface OpenEvents extends OpenCredits {
  url: string;
  sql: pg.Pool;
  database: LedgerDatabase;
  outbox: Outbox;
  notices: ExpiryNotices;
  /** An instance that delivers; started. */
  courier(
    options?: Partial<CourierOptions> & { to?: string; secrets?: string; channel?: EventChannel },
  ): Promise<Courier>;
  told(userId: string): Promise<Told[]>;
  /** So many seconds pass for what waits. */
  pass(seconds: number): Promise<void>;
}

/** The credit system on a database of its own to whose events somebody listens. */
export async function openEvents({ isHeard = true } = {}): Promise<OpenEvents> {
  const testDatabase = await createTestDatabase();
  const open = await openCredits(testDatabase.url);
  const sql = new pg.Pool({ connectionString: testDatabase.url, max: 4 });
  const database = new LedgerDatabase(new TypeOrmDatabase(open.dataSource));
  const couriers: Courier[] = [];
  if (isHeard) await new Deliveries(database, 'post').listen(EVENT_TYPES, 20, 7);
  return {
    ...open,
    url: testDatabase.url,
    sql,
    database,
    outbox: new Outbox(open.groups),
    notices: new ExpiryNotices(open.groups),
    async courier({ to = 'http://127.0.0.1:1/', secrets = SECRET, channel = 'post', ...options } = {}) {
      const endpoint = receiverAt(to, secrets);
      const courier = new Courier(new Deliveries(database, channel), {
        types: EVENT_TYPES,
        lowBalance: 20,
        expiryNoticeDays: 7,
        deliver: (event, stop) => post(endpoint, event, stop),
        ...options,
      });
      couriers.push(courier);
      await courier.start();
      return courier;
    },
    async told(userId) {
      const { rows } = await sql.query<Told>(
        `SELECT id, type, data, state, attempts, outcome FROM credits.events
          WHERE user_id = $1 ORDER BY created_at, id`,
        [userId],
      );
      return rows;
    },
    async pass(seconds) {
      await sql.query(
        `UPDATE credits.outbox SET due_at = due_at - make_interval(secs => $1) WHERE due_at IS NOT NULL`,
        [seconds],
      );
    },
    async close() {
      await Promise.all(couriers.map((courier) => courier.stop()));
      await sql.end();
      await open.close();
      await testDatabase.drop();
    },
  };
}
