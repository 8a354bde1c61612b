import type { RefusalCode } from '../file-refusal.js';
import type { GivenFile } from './given-file.js';
import type { Output } from './output.js';

/** What a work has in its hands: files that are open already, never a path. */
export interface Tools<Given> {
  given: Given;
  files: GivenFile[];
  output: Output;
  /** How far it is, from 0 to 1. */
  report: (done: number) => void;
}

/**
 * What a program does for its room, exported under the name `work`. A FileRefusal is an answer like any other; what
 * else it throws is a fault of ours.
 */
export type WorkApart<Given, Result> = (tools: Tools<Given>) => Promise<Result>;

/** What the server asks of a process apart. */
export interface Order {
  /** Address of the program's module, one of those the process was started with. */
  program: string;
  given: unknown;
  /** Where in the scratch the files lie, one behind the other. */
  sizes: number[];
}

/** What a process apart says: first that it is ready; how far it is; and at the end of a work one of the others. */
export type Said =
  | { ready: true }
  | { progress: number }
  | { result: unknown; sha256?: string }
  | { refusal: { code: RefusalCode; detail: string; facts: Record<string, unknown> } }
  | { fault: string };
