import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient, type Prisma } from './prisma/client.js';
import type { Host } from './together.js';

const prismaTx = (tx: Prisma.TransactionClient) => ({
  query: (sql: string, values: unknown[]) => tx.$queryRawUnsafe(sql, ...values),
});

export function inPrisma(): Host {
  const adapter = new PrismaPg({ connectionString: process.env['DATABASE_URL'] });
  const db = new PrismaClient({ adapter });
  return {
    name: 'prisma',
    transaction: (work) =>
      db.$transaction((tx) => work((title) => tx.orders.create({ data: { title } }), prismaTx(tx))),
    close: () => db.$disconnect(),
  };
}
