// eslint-disable-next-line no-restricted-imports -- here it has its two names
import { IsOptional, ValidateIf } from 'class-validator';

/** May be left out, and is never null: nobody who names no user by mistake means all of them. */
export const Optional = () => ValidateIf((_input, value) => value !== undefined);

/** Checked only where this says so. */
export const CheckedIf = ValidateIf;

/** May be left out, and null says the same. */
export const OptionalOrNull = IsOptional;
