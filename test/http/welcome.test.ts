import { expect, test } from '@jest/globals';
import { welcome } from '../../src/http/welcome.js';

test('who watches the start is told of the page, the operator, the API and SQL, and how to end it', () => {
  const said = welcome('http://127.0.0.1:3000/#token=a.b.c', 'embedded');
  for (const what of ['npm run open', '--admin', 'http://127.0.0.1:3000/docs', 'npm run sql', 'Ctrl+C']) {
    expect(said).toContain(what);
  }
  expect(said).not.toContain('a.b.c');
});

test('tokens of somebody else are not ours to open a page with', () => {
  expect(welcome('https://app.example/', 'jwks')).not.toContain('npm run open');
});
