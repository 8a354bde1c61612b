import { expect, test } from '@jest/globals';
import { IsInt, IsString, Length, Max, Min } from 'class-validator';
import { InputPipe } from '../../src/problems/input-pipe.js';
import type { ProblemException } from '../../src/problems/problem.exception.js';

class Reservation {
  @IsInt()
  @Min(1)
  @Max(9)
  seats: number;

  @IsString()
  @Length(1, 50)
  name: string;
}

async function refusalOf(body: unknown): Promise<{ detail: string; errors: { message: string }[] }> {
  const metadata = { type: 'body', metatype: Reservation } as const;
  const refused: unknown = await new InputPipe().transform(body, metadata).catch((error: unknown) => error);
  const { message: detail, facts } = refused as ProblemException;
  return { detail, errors: facts['errors'] as { message: string }[] };
}

test.each([
  [{ name: 'a' }, 'seats: must be an integer number'],
  [{ name: 'a', seats: '7' }, 'seats: must be an integer number'],
  [{ seats: 7 }, 'name: must be a string'],
  [{ seats: 7, name: 5 }, 'name: must be a string'],
  [{ seats: 0, name: 'a' }, 'seats: must not be less than 1'],
  [{ seats: 7, name: '' }, 'name: must be longer than or equal to 1 characters'],
])('what kind of thing is wanted is said before how big it may be: %j', async (body, detail) => {
  const refusal = await refusalOf(body);
  expect(refusal.detail).toBe(detail);
  expect(`${detail.split(':')[0]}: ${refusal.errors[0]!.message}`).toBe(detail);
});
