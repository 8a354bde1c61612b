import { createEmptyDatabase, type TestDatabase } from '../support/database.js';

/** Two databases with four of eight groups each. As far as the product can tell, they may be on two servers. */
export interface TwoDatabases {
  databases: [TestDatabase, TestDatabase];
  variables: Record<string, string>;
  drop(): Promise<void>;
}

export function mapOf(first: string, second: string): string {
  return `0-3=${first} 4-7=${second}`;
}

export async function makeTwoDatabases(): Promise<TwoDatabases> {
  const databases: [TestDatabase, TestDatabase] = [await createEmptyDatabase(), await createEmptyDatabase()];
  const [first, second] = databases;
  return {
    databases,
    variables: { CREDIT_GROUPS: '8', DATABASE_GROUPS: mapOf(first.url, second.url), PAYMENTS: 'off' },
    async drop() {
      for (const database of databases) await database.drop();
    },
  };
}

/** A user id of a group, which follows from the name. */
export function userIn(group: number, groupOf: (userId: string) => number, name = 'user'): string {
  for (let n = 0; ; n += 1) if (groupOf(`${name} ${n}`) === group) return `${name} ${n}`;
}
