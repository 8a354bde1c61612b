import { randomUUID } from 'node:crypto';
import { DataSource, EntitySchema } from 'typeorm';
import { ACTION, PRICE } from '../wallets.mjs';
import { makeTables } from './tables.mjs';

/**
 * What TypeORM's documentation leads to: lock the row, compare, and `save` what changed. `save` reads each row
 * once more before it writes it.
 */
export function typeormLock(url) {
  return contender({
    url,
    name: 'TypeORM row lock',
    schema: 'bench_typeorm',
    async write(manager, wallet, entry) {
      await manager.save('Wallet', wallet);
      await manager.save('Entry', entry);
    },
  });
}

/** The same by somebody who has looked at the statements: `update` and `insert` spare the second SELECT. */
export function typeormTuned(url) {
  return contender({
    url,
    name: 'TypeORM row lock, tuned',
    schema: 'bench_typeorm_tuned',
    async write(manager, { userId, balance, version }, entry) {
      await manager.update('Wallet', { userId }, { balance, version });
      await manager.insert('Entry', entry);
    },
  });
}

function contender({ url, name, schema, write }) {
  const dataSource = new DataSource({ type: 'postgres', url, poolSize: 10, entities: entitiesOf(schema) });
  return {
    name,
    walletsTable: `${schema}.wallets`,
    recorded: `SELECT count(*) FROM ${schema}.entries`,

    async prepare() {
      await dataSource.initialize();
      await makeTables(dataSource, schema);
    },

    charge: (userId) => dataSource.transaction((manager) => chargeIn(manager, { userId, key: null }, write)),
    keyed: (userId) =>
      dataSource.transaction((manager) => chargeIn(manager, { userId, key: randomUUID() }, write)),

    close: async () => (dataSource.isInitialized ? dataSource.destroy() : undefined),
  };
}

async function chargeIn(manager, { userId, key }, write) {
  const wallet = await manager.findOneOrFail('Wallet', {
    where: { userId },
    lock: { mode: 'pessimistic_write' },
  });
  const balance = Number(wallet.balance) - PRICE;
  const version = Number(wallet.version) + 1;
  if (balance < 0) throw new Error(`not charged: ${userId}`);
  await write(
    manager,
    { userId, balance, version },
    { userId, version, amount: -PRICE, balanceAfter: balance, action: ACTION, createdAt: new Date(), key },
  );
}

function entitiesOf(schema) {
  return [
    new EntitySchema({
      name: 'Wallet',
      tableName: 'wallets',
      schema,
      columns: {
        userId: { name: 'user_id', type: 'text', primary: true },
        balance: { type: 'bigint' },
        version: { type: 'bigint' },
      },
    }),
    new EntitySchema({
      name: 'Entry',
      tableName: 'entries',
      schema,
      columns: {
        userId: { name: 'user_id', type: 'text', primary: true },
        version: { type: 'bigint', primary: true },
        amount: { type: 'bigint' },
        balanceAfter: { name: 'balance_after', type: 'bigint' },
        action: { type: 'text' },
        createdAt: { name: 'created_at', type: 'timestamptz' },
        key: { type: 'text', nullable: true },
      },
    }),
  ];
}
