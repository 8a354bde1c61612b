import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const config = join(root, '.dependency-cruiser.cjs');
const depcruise = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');

interface Violation {
  rule: { name: string };
  from: string;
  to: string;
}

/** Every edge the house forbids: file, what it imports, and the rule that must name the edge (and its end). */
const wrongEdges: [from: string, imported: string, rule: string, end?: string][] = [
  ['src/credits/credits.service.ts', '../config/environment.js', 'credits-imports-only-credits'],
  ['src/credits/gate/guard.ts', '../../credits-display/reader.js', 'credits-imports-only-credits'],
  ['src/credits/ledger/gatherer.ts', '@nestjs/common', 'ledger-is-framework-free'],
  ['src/credits/ledger/verbs.ts', 'typeorm', 'ledger-is-framework-free'],
  ['src/credits/ledger/roundabout.ts', '../price-list.js', 'ledger-is-framework-free', '@nestjs/common'],
  ['src/account/account.controller.ts', '../credits/credits.service.js', 'credits-has-few-doors'],
  ['src/upload/upload.service.ts', '../credits/ledger/verbs.js', 'credits-has-few-doors'],
  ['src/credits-http/readers.ts', '../identity/user.js', 'credits-http-imports-only-credits'],
  ['src/client/client.ts', 'lru-cache', 'client-stands-alone'],
  ['src/cli/pages.ts', '../client/index.js', 'client-is-for-pages'],
  ['src/credits/credits.module.ts', './testing/race.js', 'test-kit-is-for-hosts'],
  ['src/account/history.ts', '../credits/operator/index.js', 'operators-door-is-for-operators'],
  ['src/upload/txt.controller.ts', '../credits/plumbing.js', 'plumbing-is-for-the-ground'],
  ['src/upload/upload.module.ts', '../credits-display/reader.js', 'features-import-only-the-ground'],
  ['src/docx/docx.module.ts', '../account/account.controller.js', 'features-import-only-the-ground'],
  ['src/export/export.module.ts', '../docx/docx.module.js', 'nobody-imports-a-feature'],
  ['src/brand-new/brand-new.module.ts', '../database/data-source.js', 'features-import-only-the-ground'],
  ['src/library/recording.ts', '../brand-new/brand-new.module.js', 'nobody-imports-a-feature'],
  ['src/admin/admin.module.ts', '../credits-display/reader.js', 'admin-imports-what-operators-work-on'],
  ['src/account/statements.ts', '../admin/acts.controller.js', 'admin-is-for-routes-and-command-line'],
  ['src/main.ts', './docx/docx.module.js', 'nobody-imports-a-feature'],
  ['src/account/account.module.ts', '@nestjs/cache-manager', 'cache-only-under-credits-display'],
  ['src/credits/options.ts', 'cache-manager', 'cache-only-under-credits-display'],
  ['src/problems/problem.ts', '../identity/user.js', 'words-need-nothing-but-credits'],
  ['src/problems/input-pipe.ts', 'keyv', 'cache-only-under-credits-display'],
  ['src/routes/may-last.ts', '../identity/user.js', 'routes-need-no-server'],
  ['src/http/create-app.ts', '../database/data-source.js', 'http-is-plumbing'],
  ['src/http/crowd.ts', '../credits-display/reader.js', 'http-is-plumbing'],
  ['src/library/send-file.ts', '../http/crowd.js', 'http-is-for-the-server'],
  ['src/cli/terminal.ts', '../http/crowd.js', 'http-is-for-the-server'],
  [
    'src/database/embedded-postgres.ts',
    '../config/roundabout.js',
    'embedded-server-starts-alone',
    '@nestjs/common',
  ],
  ['src/database/data-source.ts', '../watch/metrics.js', 'watching-is-for-the-server-and-the-command-line'],
  ['src/export/export.dto.ts', 'class-validator', 'checks-have-one-vocabulary'],
  ['src/web/page.ts', 'supertest', 'declared-dependencies-only'],
  ['src/payments/purchase-books.ts', '../library/documents.js', 'payments-import-only-the-ground'],
  ['src/account/signup.ts', '../payments/index.js', 'payments-are-for-operators-and-the-list-of-features'],
  ['src/admin/purchases.ts', '../payments/purchases.js', 'payments-have-one-door'],
  ['src/payments/target.ts', 'stripe', 'stripe-only-under-payments-stripe'],
  ['src/library/documents.ts', './recordings.js', 'no-cycles'],
];

const dependencies = [
  '@nestjs/cache-manager',
  '@nestjs/common',
  '@nestjs/config',
  'cache-manager',
  'class-validator',
  'keyv',
  'lru-cache',
  'pg',
  'stripe',
  'typeorm',
];
const manifest = {
  type: 'module',
  dependencies: Object.fromEntries(dependencies.map((name) => [name, '*'])),
  devDependencies: { supertest: '*' },
};

const wrongTree: Record<string, string[]> = {
  'src/config/environment.ts': [],
  'src/config/roundabout.ts': ['@nestjs/common'],
  'src/admin/acts.controller.ts': [],
  'src/credits/operator/index.ts': [],
  'src/credits/plumbing.ts': [],
  'src/credits/testing/race.ts': [],
  'src/credits-display/reader.ts': [],
  'src/identity/user.ts': [],
  'src/client/index.ts': [],
  'src/payments/index.ts': [],
  'src/payments/purchases.ts': [],
  'src/watch/metrics.ts': [],
  'src/credits/price-list.ts': ['@nestjs/common'],
  'src/library/recordings.ts': ['./documents.js'],
};
for (const [from, imported] of wrongEdges) wrongTree[from] = [imported];

const rightTree: Record<string, string[]> = {
  'src/app.module.ts': ['./upload/upload.module.js', './docx/docx.module.js', './credits/index.js'],
  'src/main.ts': ['./app.module.js', './config/environment.js'],
  'src/config/environment.ts': ['@nestjs/config'],
  'src/http/crowd.ts': ['@nestjs/common'],
  'src/http/deadline.ts': ['../problems/problem.js', '../routes/may-last.js', '../watch/metrics.js'],
  'src/problems/problem.ts': ['../credits/index.js'],
  'src/routes/may-last.ts': ['../problems/problem.js'],
  'src/watch/metrics.ts': ['../database/data-source.js', '../credits-display/reader.js'],
  'src/database/data-source.ts': ['typeorm'],
  'src/identity/user.ts': ['@nestjs/common', 'lru-cache'],
  'src/credits/index.ts': ['./credits.service.js'],
  'src/credits/plumbing.ts': ['./ledger/verbs.js'],
  'src/credits/operator/index.ts': ['../credits.service.js'],
  'src/credits/credits.service.ts': ['./ledger/verbs.js', '@nestjs/common', 'typeorm'],
  'src/credits/ledger/verbs.ts': ['../credits.errors.js', 'pg', 'node:crypto'],
  'src/credits/credits.errors.ts': [],
  'src/credits/testing/race.ts': ['../credits.service.js'],
  'src/credits-display/reader.ts': [
    '../credits/index.js',
    '../credits/plumbing.js',
    '@nestjs/cache-manager',
    'cache-manager',
    'keyv',
  ],
  'src/account/account.controller.ts': ['../credits/index.js', '../credits-display/reader.js'],
  'src/admin/admin.module.ts': [
    '../credits/index.js',
    '../credits/operator/index.js',
    '../account/account.controller.js',
    '../library/documents.js',
  ],
  'src/client/index.ts': ['./client.js'],
  'src/client/client.ts': [],
  'src/client/react.ts': ['react', './client.js'],
  'src/web/main.ts': ['../client/index.js'],
  'src/credits-http/index.ts': [
    '../credits/index.js',
    '../credits/plumbing.js',
    '../credits-display/reader.js',
    '../routes/conditional.js',
  ],
  'src/routes/checks.ts': ['class-validator'],
  'src/routes/conditional.ts': [],
  'src/cli/credits.ts': ['../app.module.js', '../admin/admin.module.js'],
  'src/library/documents.ts': ['typeorm'],
  'src/payments/index.ts': ['../credits/index.js', '../account/account.controller.js'],
  'src/payments/stripe/stripe-provider.ts': ['stripe'],
  'src/docx/docx.module.ts': ['../library/documents.js', '../credits/index.js'],
  'src/upload/upload.module.ts': [
    './upload.service.js',
    '../credits/index.js',
    '../library/documents.js',
    '../identity/user.js',
    '../config/environment.js',
    '../problems/problem.js',
  ],
  'src/upload/upload.service.ts': [],
};

describe('the import rules', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'creditgate-imports-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  test('name every wrong edge, and no other', async () => {
    const violations = await cruise(await write('wrong', wrongTree));
    const named = violations.map(({ from, to, rule }) => `${from} -> ${packageOrFile(to)}: ${rule.name}`);
    const expected = wrongEdges.map(
      ([from, imported, rule, end]) => `${from} -> ${end ?? target(from, imported)}: ${rule}`,
    );
    expect(named.sort()).toEqual(expected.sort());
  });

  test('let the house through as it was drawn', async () => {
    expect(await cruise(await write('right', rightTree))).toEqual([]);
  });

  test('are all tried here', () => {
    const { forbidden } = createRequire(import.meta.url)(config) as { forbidden: { name: string }[] };
    expect(new Set(wrongEdges.map(([, , rule]) => rule))).toEqual(new Set(forbidden.map(({ name }) => name)));
  });

  async function write(name: string, tree: Record<string, string[]>): Promise<string> {
    const house = join(folder, name);
    await mkdir(house);
    await cp(join(root, 'tsconfig.json'), join(house, 'tsconfig.json'));
    await writeFile(join(house, 'package.json'), JSON.stringify(manifest));
    await symlink(join(root, 'node_modules'), join(house, 'node_modules'));
    for (const [path, imports] of Object.entries(tree)) {
      await mkdir(dirname(join(house, path)), { recursive: true });
      const lines = imports.map((imported) => `import '${imported}';`);
      await writeFile(join(house, path), [...lines, 'export {};'].join('\n'));
    }
    return house;
  }
});

function cruise(house: string): Promise<Violation[]> {
  const args = [depcruise, 'src', '--config', config, '--output-type', 'json'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: house }, (_error, stdout, stderr) => {
      if (stdout === '') return reject(new Error(stderr));
      const { summary } = JSON.parse(stdout) as { summary: { violations: Violation[] } };
      resolve(summary.violations);
    });
  });
}

function target(from: string, imported: string): string {
  return imported.startsWith('.') ? join(dirname(from), imported).replace(/\.js$/, '.ts') : imported;
}

function packageOrFile(path: string): string {
  return path.replace(/^.*node_modules\/((?:@[^/]+\/)?[^/]+).*$/, '$1');
}
