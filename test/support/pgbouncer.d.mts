export interface PgBouncer {
  /** Of the same database by way of the pooler. */
  urlOf(directUrl: string): string;
  stop(): Promise<void>;
}

export const hasPgBouncer: boolean;

export function startPgBouncer(
  serverUrl: string,
  options?: { ignores?: string; poolSize?: number; mode?: string },
): Promise<PgBouncer>;
