import { isUtf8 } from 'node:buffer';
import { ProblemException } from '../problems/problem.exception.js';

/** No input of ours is nested deeper than three levels. */
const MAX_DEPTH = 32;
/** Members that reach an object's prototype if code copies it carelessly. */
const POISON = new Set(['__proto__', 'constructor', 'prototype']);

export const isPoison = (name: string): boolean => POISON.has(name);

/**
 * A JSON object, or nothing: what JSON allows and PostgreSQL cannot store, what would poison a prototype and what
 * is nested beyond reason is refused here, before anybody reads it.
 *
 * @throws ProblemException malformed_body
 */
export function parseStrictJson(bytes: Buffer): object {
  if (bytes.length === 0) throw malformed('The body is empty.');
  if (!isUtf8(bytes)) throw malformed('The body is not valid UTF-8.');
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw malformed('The body is not valid JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed('The body must be a JSON object.');
  }
  checkValue(value, 0);
  return value;
}

function checkValue(value: unknown, depth: number): void {
  if (typeof value === 'string') return checkText(value);
  if (typeof value !== 'object' || value === null) return;
  if (depth >= MAX_DEPTH) throw malformed(`The body is nested deeper than ${MAX_DEPTH} levels.`);
  for (const [name, member] of Object.entries(value)) {
    if (isPoison(name)) throw malformed('The body has a member whose name is not allowed.');
    checkText(name);
    checkValue(member, depth + 1);
  }
}

function checkText(text: string): void {
  if (!isStorableText(text)) throw malformed('A text in the body has a NUL or half a surrogate pair in it.');
}

/** PostgreSQL stores no NUL and no lone surrogate. */
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function malformed(detail: string): ProblemException {
  return new ProblemException('malformed_body', detail);
}
