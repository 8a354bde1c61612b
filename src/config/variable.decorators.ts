import { applyDecorators } from '@nestjs/common';
import { Expose, Transform } from 'class-transformer';
import { ValidateBy, type ValidationOptions } from 'class-validator';
import { faultOfPostgresUrl } from './postgres-url.js';
import { isAddressOrBlock } from './text-rules.js';

/** One environment variable: its name, its default, what it must be (for the operator), and the check. */
interface VariableOptions<T> {
  default?: T;
  mustBe: string;
  isValid: (value: T) => boolean;
  /** More about the fault of an invalid value; never quotes it. */
  faultOf?: (value: T) => string | undefined;
  /** Converts the text to a value. For unreadable text it returns something that `isValid` refuses. */
  read: (text: string) => T;
}

/** All variables that are read. */
export const VARIABLE_NAMES = new Set<string>();

/**
 * Reads a property from the variable `name`. An empty variable counts as absent. The message names the variable
 * and never repeats its value, which may be a secret.
 */
function Variable<T>(name: string, options: VariableOptions<T>): PropertyDecorator {
  const { default: fallback, mustBe, isValid, faultOf, read } = options;
  VARIABLE_NAMES.add(name);
  const message: ValidationOptions = {
    message: ({ value }) => {
      const fault = faultOf?.(value as T);
      return `${name} must be ${mustBe}${fault === undefined ? '' : `: ${fault}`}`;
    },
  };
  return applyDecorators(
    Expose({ name }),
    Transform(({ value }: { value: unknown }) => (isText(value) ? read(value) : fallback)),
    ValidateBy(
      { name, validator: { validate: (value: T | undefined) => value === undefined || isValid(value) } },
      message,
    ),
  );
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** Digits only: no sign, no space, no point, no exponent. */
function readWholeNumber(text: string): number {
  return /^[0-9]+$/.test(text) ? Number(text) : NaN;
}

function isWholeNumber(value: number, minimum: number, maximum: number): boolean {
  return Number.isSafeInteger(value) && value >= minimum && value <= maximum;
}

export function WholeNumber(
  name: string,
  { default: fallback, min, max, unit }: { default: number; min: number; max: number; unit?: string },
): PropertyDecorator {
  return Variable<number>(name, {
    default: fallback,
    read: readWholeNumber,
    isValid: (value) => isWholeNumber(value, min, max),
    mustBe: `a whole number${unit ? ` of ${unit}` : ''}, digits only, from ${min} to ${max}`,
  });
}

export function PowerOfTwo(
  name: string,
  { default: fallback, max }: { default: number; max: number },
): PropertyDecorator {
  return Variable<number>(name, {
    default: fallback,
    read: readWholeNumber,
    isValid: (value) => isWholeNumber(value, 1, max) && Number.isInteger(Math.log2(value)),
    mustBe: `a power of two, digits only, from 1 to ${max}`,
  });
}

export function Text(
  name: string,
  options: { default?: string; mustBe: string; isValid: (value: string) => boolean },
): PropertyDecorator {
  return Variable<string>(name, { ...options, read: (text) => text });
}

/** An address of PostgreSQL. */
export function PostgresUrl(name: string): PropertyDecorator {
  return Variable<string>(name, {
    read: (text) => text,
    isValid: (url) => faultOfPostgresUrl(url) === undefined,
    faultOf: faultOfPostgresUrl,
    mustBe: 'a postgresql:// address',
  });
}

/** IP addresses and CIDR blocks, separated by commas or spaces. */
export function Addresses(name: string): PropertyDecorator {
  return Variable<string[]>(name, {
    default: [],
    read: (text) => text.split(/[\s,]+/),
    isValid: (parts) => parts.every(isAddressOrBlock),
    mustBe: 'IP addresses or CIDR blocks, separated by commas',
  });
}

export function OneOf(name: string, values: readonly string[], fallback: string): PropertyDecorator {
  return Text(name, {
    default: fallback,
    mustBe: `one of ${values.join(', ')}`,
    isValid: (value) => values.includes(value),
  });
}
