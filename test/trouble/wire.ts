/** What a client of PostgreSQL sends at a time: one statement, or something that is none. */
export interface Unit {
  bytes: Buffer;
  /** Undefined: it signs in, or says goodbye. */
  sql: string | undefined;
}

const QUERY = 'Q';
const PARSE = 'P';
const BIND = 'B';
const SYNC = 'S';

/** Cuts what a client sends into units; a prepared statement is known again by its name. */
export function sqlUnits(): (chunk: Buffer) => Unit[] {
  let rest = Buffer.alloc(0);
  let isGreeted = false;
  let unit: Buffer[] = [];
  let sql: string | undefined;
  const prepared = new Map<string, string>();

  const read = (type: string, frame: Buffer): void => {
    const [name = '', text = ''] = frame.toString('latin1', 5).split('\0');
    if (type === QUERY) sql = name;
    if (type === PARSE) prepared.set(name, (sql = text));
    // A portal first, then the statement.
    if (type === BIND) sql = prepared.get(text) ?? sql;
  };

  return (chunk) => {
    const units: Unit[] = [];
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      // The first message has no type.
      const typeBytes = isGreeted ? 1 : 0;
      if (rest.length < typeBytes + 4) return units;
      const end = typeBytes + rest.readInt32BE(typeBytes);
      if (rest.length < end) return units;
      const frame = rest.subarray(0, end);
      rest = rest.subarray(end);
      const type = isGreeted ? String.fromCharCode(frame[0]!) : '';
      isGreeted = true;
      unit.push(frame);
      read(type, frame);
      const isPart = [PARSE, BIND, 'D', 'E', 'C'].includes(type);
      if (isPart) continue;
      units.push({ bytes: Buffer.concat(unit), sql: type === QUERY || type === SYNC ? sql : undefined });
      [unit, sql] = [[], undefined];
    }
  };
}
