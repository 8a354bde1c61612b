import { ValidateBy } from 'class-validator';
import { isRfc3339 } from '../credits/index.js';
import { ruleOf, type InputRule } from '../credits/plumbing.js';

/** One check and one sentence for each kind of member, so that clients read the same words everywhere. */
export const Must = <Body extends object>(
  words: string,
  fits: (value: unknown, body: Body) => boolean,
): PropertyDecorator =>
  ValidateBy(
    { name: words, validator: { validate: (value, context) => fits(value, context!.object as Body) } },
    { message: `$property must ${words}` },
  );

/** The credit system's own check of such a value. */
export const Fits = (rule: InputRule, orElse = '') => {
  const { words, fits } = ruleOf(rule);
  return Must(`be ${words}${orElse}`, fits);
};

export const IsReason = () => {
  const { words, fits } = ruleOf('reason');
  return Must(`be ${words}, and say something`, (value) => fits(value) && /\S/.test(value as string));
};

export const IsWhole = (from: number, to: number) =>
  Must(
    `be a whole number from ${from} to ${to}`,
    (value) => Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to,
  );

export const IsText = () => Must('be text', (value) => typeof value === 'string');

export const IsShortText = (from: number, to: number) => {
  const characters = new RegExp(`^.{${from},${to}}$`, 'su');
  return Must(
    `be ${from} to ${to} characters of text`,
    (value) => typeof value === 'string' && characters.test(value),
  );
};

export const IsOneOf = (...allowed: readonly string[]) =>
  Must(`be one of ${allowed.join(', ')}`, (value) => allowed.includes(value as string));

export const AreSomeOf = (...allowed: readonly string[]) =>
  Must(
    `be one or several of ${allowed.join(', ')}`,
    (value) => Array.isArray(value) && value.every((one) => allowed.includes(one as string)),
  );

export const IsTime = () => Must('be an RFC 3339 time', isRfc3339);

export const AreIds = (most: number) => {
  const { fits: isId } = ruleOf('id');
  return Must(`be up to ${most} ids, each of them once`, (value) => {
    if (!Array.isArray(value) || value.length > most || !value.every(isId)) return false;
    return new Set(value.map((id: string) => id.toLowerCase())).size === value.length;
  });
};

export const AreUserIds = (most: number) => {
  const { fits: isUserId } = ruleOf('userId');
  return Must(
    `be 1 to ${most} user ids`,
    (value) => Array.isArray(value) && value.length > 0 && value.length <= most && value.every(isUserId),
  );
};
