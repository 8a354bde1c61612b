import { Injectable, ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { ProblemException } from './problem.exception.js';

interface Fault {
  path: string;
  message: string;
}

/**
 * Checks a handler's input against its declared class: unknown members are refused, and nothing is converted unless
 * the class says so (`@Type(() => Number)` on a query).
 *
 * A body or query declared with an interface leaves nothing to check against, and Nest would let anything through.
 * Here the first request to such a handler fails with 500, whatever it sends, so no test can miss it.
 */
@Injectable()
export class InputPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      transform: true,
      exceptionFactory: toProblem,
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type, data, metatype } = metadata;
    const takesAll = type === 'body' || (type === 'query' && data === undefined);
    if (takesAll && !isDto(metatype)) {
      throw new TypeError(`a ${type} is declared without a class, so nothing of it would be checked`);
    }
    return super.transform(value, metadata) as Promise<unknown>;
  }
}

/** For an interface TypeScript emits `Object`; for an array or a string, a built-in class. */
function isDto(metatype: ArgumentMetadata['metatype']): boolean {
  return metatype !== undefined && ![Object, Array, String, Number, Boolean].includes(metatype as never);
}

function toProblem(errors: ValidationError[]): ProblemException {
  const faults = errors.flatMap((error) => faultsOf(error, ''));
  const [first] = faults;
  const detail = first === undefined ? 'The input is not valid.' : `${first.path}: ${first.message}`;
  return new ProblemException('validation_failed', detail, { errors: faults });
}

function faultsOf({ property, constraints = {}, children = [] }: ValidationError, parent: string): Fault[] {
  const path = parent === '' ? property : `${parent}.${property}`;
  return [
    ...Object.values(constraints).map((message) => ({ path, message: withoutName(message, property) })),
    ...children.flatMap((child) => faultsOf(child, path)),
  ];
}

/** The path already names it. */
function withoutName(message: string, property: string): string {
  const name = [`property ${property} `, `${property} `].find((start) => message.startsWith(start)) ?? '';
  return message.slice(name.length);
}
