const DAY_MS = 86_400_000;

/** So many months later on the clock of a time zone; a day that the month does not have is its last one. */
export function monthsLater(instant: number, months: number, timeZone: string): number {
  const wall = new Date(instant + offsetAt(instant, timeZone));
  const day = wall.getUTCDate();
  wall.setUTCDate(1);
  wall.setUTCMonth(wall.getUTCMonth() + months);
  wall.setUTCDate(Math.min(day, daysOfMonth(wall)));
  return instantOf(wall.getTime(), timeZone);
}

function daysOfMonth(wall: Date): number {
  return new Date(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth() + 1, 0)).getUTCDate();
}

/** Where the clock skips an hour, or comes twice by it, PostgreSQL goes by the time that is not summer's. */
function instantOf(wall: number, timeZone: string): number {
  const offsets = [offsetAt(wall - DAY_MS, timeZone), offsetAt(wall + DAY_MS, timeZone)];
  const instants = offsets.map((offset) => wall - offset);
  const right = instants.filter((instant, n) => offsetAt(instant, timeZone) === offsets[n]);
  return right.length === 1 ? right[0]! : Math.max(...instants);
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What a zone's clock is ahead of UTC. */
function offsetAt(instant: number, timeZone: string): number {
  const clock = clocks.get(timeZone) ?? clockOf(timeZone);
  clocks.set(timeZone, clock);
  const shown = Object.fromEntries(
    clock.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
  );
  const { year, month, day, hour, minute, second } = shown as Record<string, number>;
  return Date.UTC(year!, month! - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const whole = { year: 'numeric', month: 'numeric', day: 'numeric' } as const;
  const time = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const;
  return new Intl.DateTimeFormat('en', { timeZone, ...whole, ...time });
}
