import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What systemd would start, by which names and where. */
export function readUnit() {
  const text = readFileSync(join(import.meta.dirname, '../creditgate.service'), 'utf8');
  const valueOf = (name) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)[1];
  const variables = Object.fromEntries(
    valueOf('Environment')
      .split(' ')
      .map((pair) => pair.split('=')),
  );
  const command = valueOf('ExecStart').split(' ');
  const stateFolder = `/var/lib/${valueOf('StateDirectory')}`;
  return { command, folder: valueOf('WorkingDirectory'), variables, stateFolder };
}
