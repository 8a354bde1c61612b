import { VARIABLE_NAMES } from './variable.decorators.js';

/** Prefixes of this program's variables. */
const OURS = /^(CREDIT|DATABASE|AUTH|STRIPE|S3)_/;
/** Families of variables that end in a name of the operator's choice. */
const FAMILIES = /^CREDIT_(COST|PACK|PLAN)_./;

/** Variables that look like settings of this program and are none: a typo, or a setting of another version. */
export function unknownVariables(variables: Record<string, string | undefined>): string[] {
  return Object.keys(variables)
    .filter((name) => OURS.test(name) && variables[name] !== '')
    .filter((name) => !VARIABLE_NAMES.has(name) && !FAMILIES.test(name))
    .sort();
}
