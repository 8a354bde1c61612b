import { setTimeout as delay } from 'node:timers/promises';

/**
 * What can go wrong. `strike` makes it happen once and resolves when the cause is gone again; `pauseMs` is the
 * shortest and the longest time until it happens again.
 */
export const faults = {
  /** Nothing goes wrong; the clients alone are in each other's way. */
  none: { pauseMs: [200, 200], strike: async () => undefined },

  /** SIGKILL to an instance of the application; now and then to all of them at once. */
  'app-kill': {
    pauseMs: [50, 400],
    async strike({ fleet, random }) {
      await fleet.kill(random.chance(0.1) ? fleet.size : 1, random);
    },
  },

  /** pg_terminate_backend of some of the application's connections, in mid-statement where there is one. */
  'backend-kill': {
    pauseMs: [30, 200],
    async strike({ cluster, database, random }) {
      await cluster.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = $1 AND application_name <> 'chaos'
          ORDER BY (state = 'active' AND $2) DESC, md5(pid::text || $3) LIMIT $4`,
        [database, random.chance(0.7), String(random.next()), random.whole(1, 4)],
      );
    },
  },

  /** An immediate restart: every backend ends at once, memory is lost, the log is replayed. */
  'db-restart': {
    pauseMs: [400, 1500],
    async strike({ cluster, settings, random }) {
      await cluster.crash();
      await delay(random.whole(0, 300));
      await cluster.start(settings);
    },
  },

  /** SIGSTOP of the server: connections stay open and nothing answers. */
  'db-pause': {
    pauseMs: [300, 1000],
    async strike({ cluster, random }) {
      const resume = cluster.pause();
      try {
        await delay(random.whole(200, 4000));
      } finally {
        resume();
      }
    },
  },
};

/** One of them after the other, by chance; the cheap ones more often. */
const WEIGHTS = { 'app-kill': 4, 'backend-kill': 8, 'db-restart': 1, 'db-pause': 1 };
faults.mixed = {
  pauseMs: [100, 800],
  strike: (world) => faults[world.random.weighted(WEIGHTS)].strike(world),
};
