import { Injectable } from '@nestjs/common';
import { CreditsVitals } from '../credits/plumbing.js';
import { DisplayVitals } from '../credits-display/display-vitals.js';
import { register, samplesOf, type Measure, type Sample } from './measures.js';
import { Metrics } from './metrics.js';

/**
 * The credit system in /metrics; docs/operating.md describes each metric. The code counts in plain variables as it
 * works, and they are read here on each scrape, so no metric slows a charge.
 */
@Injectable()
export class CreditMetrics {
  constructor({ registry }: Metrics, credits: CreditsVitals, display: DisplayVitals) {
    register(registry, [...measuresOf(credits), ...measuresOfDisplay(display)]);
  }
}

function measuresOf(credits: CreditsVitals): Measure[] {
  return [
    {
      name: 'credits_operations_total',
      help: 'Operations the ledger decided',
      labelNames: ['verb', 'outcome'],
      read: () => [...credits.tally].map(({ count, ...labels }) => [count, labels]),
    },
    {
      name: 'credits_statements_total',
      help: 'Statements that carried the operations',
      read: () => credits.tally.statements,
    },
    {
      name: 'credits_operations_waiting',
      help: 'Operations that have not left for the database yet',
      read: () => credits.waiting,
    },
    {
      name: 'credits_holds_running',
      help: 'Holds whose work runs in this process',
      read: () => credits.runningHolds,
    },
    {
      name: 'credits_ledger_connections',
      help: 'Connections of the ledger, and calls that wait for one',
      labelNames: ['state'],
      read: () => samplesOf(credits.connections, 'state'),
    },
    {
      name: 'credits_sweeps_total',
      help: 'Sweeps for what is due',
      read: () => credits.swept.sweeps,
    },
    {
      name: 'credits_holds_overdue_total',
      help: 'Holds that nobody had kept alive, found by sweeps',
      read: () => credits.swept.overdueHolds,
    },
    {
      name: 'creditgate_underheld_total',
      help: 'Captures at which more had been used than was held, so that less was charged',
      read: () => credits.underheld,
    },
    {
      name: 'credits_events_waiting',
      help: 'Events that are not delivered yet, by channel; read every 15 seconds',
      labelNames: ['channel'],
      read: () => [...credits.events].map(([channel, { backlog }]) => [backlog.waiting, { channel }]),
    },
    {
      name: 'credits_events_oldest_seconds',
      help: 'Age of the oldest event that is not delivered yet, by channel; 0 where there is none',
      labelNames: ['channel'],
      read: () => [...credits.events].map(([channel, { backlog }]) => [backlog.oldestSeconds, { channel }]),
    },
    {
      name: 'credits_event_attempts_total',
      help: 'Attempts to deliver an event, by channel and what came of them',
      labelNames: ['channel', 'result'],
      read: () =>
        [...credits.events].flatMap(([channel, { attempts }]) =>
          Object.entries(attempts).map(([result, count]): Sample => [count, { channel, result }]),
        ),
    },
    {
      name: 'credits_events_forgotten_total',
      help: 'Events let go',
      read: () => credits.swept.forgottenEvents,
    },
    {
      name: 'credits_answers_forgotten_total',
      help: 'Recorded answers let go',
      read: () => credits.swept.forgottenAnswers,
    },
    {
      name: 'credits_holds_forgotten_total',
      help: 'Holds that were released or expired, let go',
      read: () => credits.swept.forgottenHolds,
    },
  ];
}

function measuresOfDisplay(display: DisplayVitals): Measure[] {
  return [
    {
      name: 'credits_display_reads_total',
      help: 'Balances shown, by what became of the cache',
      labelNames: ['cache'],
      read: () => samplesOf(display.reads, 'cache'),
    },
    {
      name: 'credits_display_copies',
      help: 'Balances kept in the cache',
      read: () => display.copies,
    },
    {
      name: 'credits_display_listening',
      help: '1 while changes made elsewhere are heard, else 0 and the cache is bypassed',
      read: () => Number(display.isListening),
    },
  ];
}
