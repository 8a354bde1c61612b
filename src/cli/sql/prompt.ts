import { createInterface } from 'node:readline';
import type { Client } from 'pg';
import { answerOf, failureOf } from './answer.js';
import { isComplete } from './statement.js';

const PROMPT = 'creditgate=> ';
const GOES_ON = 'creditgate-> ';

/**
 * Statements from a terminal, or from a pipe, each up to a semicolon at the end of a line. A statement that fails
 * ends nothing at a terminal; in a pipe, what comes after it is not run.
 */
export async function promptFor(client: Client): Promise<void> {
  const { stdin, stdout } = process;
  const isTerminal = stdin.isTTY;
  if (isTerminal) process.stderr.write('Statements end with a semicolon; \\q or Ctrl-D leaves.\n');
  const lines = createInterface({ input: stdin, ...(isTerminal && { output: stdout }), prompt: PROMPT });
  let statement = '';
  if (isTerminal) lines.prompt();
  for await (const line of lines) {
    if (statement === '' && /^\s*(\\q|exit|quit)\s*;?\s*$/i.test(line)) break;
    statement += `${line}\n`;
    if (statement.trim() === '') statement = '';
    if (isComplete(statement)) {
      if (!(await perform(client, statement)) && !isTerminal) return;
      statement = '';
    }
    if (isTerminal) {
      lines.setPrompt(statement === '' ? PROMPT : GOES_ON);
      lines.prompt();
    }
  }
  if (statement !== '' && !isTerminal) await perform(client, statement);
  lines.close();
}

/** True if it succeeded. */
async function perform(client: Client, statement: string): Promise<boolean> {
  try {
    process.stdout.write(await answerOf(client, statement));
    return true;
  } catch (error) {
    process.stderr.write(failureOf(error));
    if (!process.stdin.isTTY) process.exitCode = 1;
    return false;
  }
}
