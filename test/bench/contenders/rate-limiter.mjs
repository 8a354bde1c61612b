import pg from 'pg';
import { PRICE, WALLETS } from '../wallets.mjs';

const LARGEST_INTEGER = 2_147_483_647;

/**
 * A counter without a ledger: the most popular package that subtracts points in PostgreSQL. It keeps no history,
 * so it does less than the others. Returns undefined when the package is not installed.
 */
export async function rateLimiter(url) {
  const library = await import('rate-limiter-flexible').catch((error) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  });
  if (library === undefined) return undefined;
  const { RateLimiterPostgres } = library.default;
  let pool;
  let limiter;
  const contender = {
    name: 'rate-limiter-flexible',
    walletsTable: 'bench_limiter',
    recorded: `SELECT COALESCE(sum(points), 0) / ${PRICE} FROM bench_limiter`,
    poolSizes: [10, 15, 20],

    async prepare() {
      await contender.usePool(contender.poolSizes[0]);
      await Promise.all(WALLETS.map((userId) => limiter.set(userId, 0, 0)));
    },

    async usePool(max) {
      await pool?.end();
      pool = new pg.Pool({ connectionString: url, max });
      await new Promise((resolve, reject) => {
        // A duration of 0: points that never come back, as credits.
        limiter = new RateLimiterPostgres(
          {
            storeClient: pool,
            tableName: 'bench_limiter',
            points: LARGEST_INTEGER,
            duration: 0,
            keyPrefix: '',
          },
          (error) => (error ? reject(error) : resolve()),
        );
      });
    },

    charge: (userId) => limiter.consume(userId, PRICE),

    close: async () => pool?.end(),
  };
  return contender;
}
