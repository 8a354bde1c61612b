// A process that is killed between the commit of a charge and its announcement.
// node struck-writer.mjs <database url> <user>
import { DataSource } from 'typeorm';
import { TypeOrmDatabase } from '../../dist/credits/database/typeorm-database.js';
import { LedgerConnection } from '../../dist/credits/ledger-connection.js';
import { Ledger } from '../../dist/credits/ledger/ledger.js';
import { newId } from '../../dist/credits/ledger/new-id.js';

const [url, userId] = process.argv.slice(2);
const dataSource = await new DataSource({ type: 'postgres', url }).initialize();
const { pool, isPooled, announcer } = await LedgerConnection.open(new TypeOrmDatabase(dataSource));
const ledger = new Ledger(pool, {}, 'credits', isPooled, announcer);

const query = pool.query.bind(pool);
pool.query = (asked, ...rest) => {
  const announces = asked.values?.[0]?.includes?.('credits_wallets');
  if (announces) process.kill(process.pid, 'SIGKILL');
  return query(asked, ...rest);
};
console.log('ready');
process.stdin.once('data', () => {
  void ledger.apply({ verb: 'charge', user_id: userId, id: newId(userId), action: 'txt_upload', credits: 5 });
});
