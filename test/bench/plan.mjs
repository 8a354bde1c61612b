// What is measured, side by side: contenders of one line run directly after each other, round by round.
import { oneStatement } from './contenders/one-statement.mjs';
import { ours } from './contenders/ours.mjs';
import { rateLimiter } from './contenders/rate-limiter.mjs';
import { typeormLock, typeormTuned } from './contenders/typeorm-lock.mjs';

export const makers = {
  ours,
  statement: oneStatement,
  typeorm: typeormLock,
  tuned: typeormTuned,
  limiter: rateLimiter,
};

/** As money is charged comes first: under an idempotency key, a new one for each call. */
const LINES = [
  ['keyed', 'spread', 1, 'ours statement'],
  ['keyed', 'spread', 256, 'ours statement typeorm'],
  ['keyedCycle', 'spread', 256, 'ours'],
  ['charge', 'spread', 1, 'ours statement typeorm'],
  ['charge', 'spread', 16, 'ours statement'],
  ['charge', 'spread', 64, 'ours statement typeorm limiter'],
  ['charge', 'spread', 256, 'ours statement typeorm tuned limiter'],
  ['charge', 'hot', 1, 'ours'],
  ['charge', 'hot', 16, 'ours'],
  ['charge', 'hot', 64, 'ours statement typeorm limiter'],
  ['charge', 'hot', 256, 'ours statement typeorm limiter'],
  ['cycle', 'spread', 64, 'ours'],
  ['cycle', 'spread', 256, 'ours'],
];

export const allScenarios = LINES.flatMap(([work, wallets, callers, contenders]) =>
  contenders.split(' ').map((contender) => ({
    id: `${contender}-${work === 'charge' ? wallets : work}-${callers}`,
    contender,
    work,
    wallets,
    callers,
  })),
);

/** `only`: the beginning of an id, such as ours, ours-spread or ours-spread-256. */
export function scenariosFor(only) {
  return allScenarios.filter(({ id }) => only === undefined || id === only || id.startsWith(`${only}-`));
}
