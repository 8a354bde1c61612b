import { expect } from '@jest/globals';
import { loadEnvironment } from '../../src/config/environment.js';
import { ConfigurationError } from '../../src/config/start-error.js';

export type Variables = Record<string, string>;

export function refusal(variables: Variables): string {
  try {
    loadEnvironment(variables);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as ConfigurationError).exitCode).toBe(78);
    return (error as Error).message;
  }
  throw new Error(`accepted: ${JSON.stringify(variables)}`);
}

/** The variables a refusal names, in its order. */
export const named = (variables: Variables) =>
  refusal(variables)
    .match(/\b[A-Z][A-Z0-9]*(_[A-Z0-9]+)* (?=must)|\bPORT (?=must)/g)
    ?.map((name) => name.trim());
