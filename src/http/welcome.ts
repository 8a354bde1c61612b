import type { AuthMode } from '../config/authentication-rules.js';

/** The last lines of a start, for a person who watches it: what to do next. */
export function welcome(address: string, authMode: AuthMode): string {
  const { origin } = new URL(address);
  const facts = [
    ['Page', authMode === 'embedded' ? 'the address above, as demo, for an hour' : origin],
    ...(authMode === 'embedded'
      ? [
          ['Later', 'npm run open'],
          ['Operator', 'npm run open -- --user root --admin'],
        ]
      : []),
    ['API', `${origin}/docs`],
    ['SQL', 'npm run sql'],
  ];
  const lines = facts.map(([what, how]) => `  ${what!.padEnd(10)}${how}`);
  return ['', 'creditgate is running. Ctrl+C ends it.', ...lines, ''].join('\n');
}
