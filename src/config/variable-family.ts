/** Variables that begin alike and end in a name of the operator's choice: CREDIT_PACK_STARTER. */
export interface Family<T extends object> {
  prefix: string;
  member: Member;
  /** Reads the text of the variable with that name, or returns its fault, to be put after the variable's name. */
  read: (text: string, name: string) => T | string;
}

interface Member {
  form: RegExp;
  /** `an offer` */
  called: string;
}

export const OFFER: Member = { form: /^[A-Z][A-Z0-9_]{0,49}$/, called: 'an offer' };
export const ACTION: Member = { form: /^[A-Z][A-Z0-9_]*$/, called: 'an action' };

/** All variables of a family, sorted by name; empty ones are left out. */
export function readFamily<T extends object>(
  variables: Record<string, string | undefined>,
  { prefix, member, read }: Family<T>,
): { values: T[]; faults: string[] } {
  const values: T[] = [];
  const faults: string[] = [];
  for (const variable of Object.keys(variables).sort()) {
    const text = variables[variable];
    if (!variable.startsWith(prefix) || !text) continue;
    const name = variable.slice(prefix.length);
    if (!member.form.test(name)) {
      faults.push(`${inAscii(variable)} must name ${member.called} in capitals, digits and underscores`);
      continue;
    }
    const value = read(text, name);
    if (typeof value === 'string') faults.push(`${variable} ${value}`);
    else values.push(value);
  }
  return { values, faults };
}

/** A variable's name may hold anything but `=`, even a line feed. */
function inAscii(variable: string): string {
  return variable.replace(/[^\x21-\x7e]/g, '?');
}
