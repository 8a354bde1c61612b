import { DataSource, EntitySchema } from 'typeorm';
import { ACTION, PRICE } from '../wallets.mjs';
import { makeTables } from './tables.mjs';

const schema = 'bench_typeorm';
const Wallet = new EntitySchema({
  name: 'Wallet',
  tableName: 'wallets',
  schema,
  columns: {
    userId: { name: 'user_id', type: 'text', primary: true },
    balance: { type: 'bigint' },
    version: { type: 'bigint' },
  },
});
const Entry = new EntitySchema({
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
  },
});

/**
 * What TypeORM's documentation leads to: lock the row, compare, update, insert. `update` and `insert` spare the
 * second SELECT that `save` would make.
 */
export function typeormLock(url) {
  const dataSource = new DataSource({ type: 'postgres', url, poolSize: 10, entities: [Wallet, Entry] });
  return {
    name: 'TypeORM row lock',
    walletsTable: `${schema}.wallets`,
    recorded: `SELECT count(*) FROM ${schema}.entries`,

    async prepare() {
      await dataSource.initialize();
      await makeTables(dataSource, schema);
    },

    charge: (userId) => dataSource.transaction((manager) => chargeIn(manager, userId)),

    close: async () => (dataSource.isInitialized ? dataSource.destroy() : undefined),
  };
}

async function chargeIn(manager, userId) {
  const wallet = await manager.findOneOrFail(Wallet, {
    where: { userId },
    lock: { mode: 'pessimistic_write' },
  });
  const balance = Number(wallet.balance) - PRICE;
  const version = Number(wallet.version) + 1;
  if (balance < 0) throw new Error(`not charged: ${userId}`);
  await manager.update(Wallet, { userId }, { balance, version });
  await manager.insert(Entry, {
    userId,
    version,
    amount: -PRICE,
    balanceAfter: balance,
    action: ACTION,
    createdAt: new Date(),
  });
}
