import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient, type Prisma } from './generated/client.js';
import type { Host } from './together.js';

const prismaTx = (tx: Prisma.TransactionClient) => ({
  query: (sql: string, values: unknown[]) => tx.$queryRawUnsafe(sql, ...values),
});

export function inPrisma(connectionString: string): Host & { close(): Promise<void> } {
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString }) });
  return {
    name: 'prisma',
    transaction: (work) =>
      prisma.$transaction((tx) => work((title) => tx.order.create({ data: { title } }), prismaTx(tx))),
    close: () => prisma.$disconnect(),
  };
}
