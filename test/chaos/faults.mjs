import { setTimeout as delay } from 'node:timers/promises';

/**
 * What can go wrong. `strike` makes it happen once, counts it, and resolves when the cause is gone again; `pauseMs`
 * is the shortest and the longest time until it happens again.
 */
export const faults = {
  /** Nothing goes wrong; the clients alone are in each other's way. */
  none: { pauseMs: [200, 200], strike: async () => undefined },

  /** SIGKILL to an instance of the application; now and then to all of them at once. */
  'app-kill': {
    pauseMs: [50, 400],
    async strike({ fleet, random, struck }) {
      struck.kills += await fleet.kill(random.chance(0.1) ? fleet.size : 1, random);
    },
  },

  /** pg_terminate_backend of some of the application's connections, in mid-statement where there is one. */
  'backend-kill': {
    pauseMs: [30, 200],
    async strike({ cluster, database, random, struck }) {
      const ended = await cluster.query(
        `SELECT pg_terminate_backend(pid) AS ended FROM
          (SELECT pid FROM pg_stat_activity WHERE datname = $1 AND application_name <> 'chaos'
            ORDER BY (state = 'active' AND $2) DESC, md5(pid::text || $3) LIMIT $4) a`,
        [database, random.chance(0.7), String(random.next()), random.whole(1, 6)],
      );
      struck.terminations += ended.filter((row) => row.ended).length;
    },
  },

  /** An immediate restart: every backend ends at once, memory is lost, the log is replayed. */
  'db-restart': {
    pauseMs: [400, 1500],
    async strike({ cluster, settings, random, struck }) {
      struck.restarts += 1;
      await cluster.crash();
      await delay(random.whole(0, 300));
      await cluster.start(settings);
    },
  },

  /** SIGSTOP of the server: connections stay open and nothing answers. */
  'db-pause': {
    pauseMs: [300, 1000],
    async strike({ cluster, random, struck }) {
      struck.stops += 1;
      const resume = cluster.pause();
      try {
        await delay(random.whole(200, 4000));
      } finally {
        resume();
      }
    },
  },

  /** No room for one more page; what is there can be read and changed. */
  'disk-full': {
    pauseMs: [300, 1000],
    async strike({ cluster, random, struck }) {
      if (cluster.smallDisk === undefined) return;
      struck.fullDisks += 1;
      cluster.smallDisk.fill();
      try {
        await delay(random.whole(300, 1500));
      } finally {
        cluster.smallDisk.clear();
      }
    },
  },
};

/** One of them after the other, by chance; the cheap ones more often. */
const WEIGHTS = { 'app-kill': 14, 'backend-kill': 24, 'db-restart': 1.2, 'db-pause': 0.6, 'disk-full': 0.6 };
faults.mixed = {
  pauseMs: [20, 250],
  strike: (world) => faults[world.random.weighted(WEIGHTS)].strike(world),
};

/** What has been done so far. */
export const nothingStruck = () => ({ kills: 0, terminations: 0, restarts: 0, stops: 0, fullDisks: 0 });
