import type { Client } from 'pg';
import type { Placement } from '../credits/plumbing.js';

/**
 * Brings the tables of one module up to date, in a transaction of its own. If several instances start at once, one
 * migrates, and the others wait and find nothing to do.
 */
export type Migration = (
  client: Client,
  options: { onProgress: (line: string) => void; placement: Placement },
) => Promise<unknown>;
