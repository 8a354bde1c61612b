// eslint-disable-next-line no-restricted-imports -- here it has its two names
import { IsOptional, ValidateIf } from 'class-validator';

/** May be left out but never null, so that a missing user id is never taken to mean all users. */
export const Optional = () => ValidateIf((_input, value) => value !== undefined);

/** Checked only if the condition holds. */
export const CheckedIf = ValidateIf;

/** May be left out; null means the same. */
export const OptionalOrNull = IsOptional;
