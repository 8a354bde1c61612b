// Who may import whom (docs/design.md tells why). test/ground/import-rules.test.ts shows every rule fail.
const feature = '^src/(upload|docx|export)/';
const cachePackage =
  '(^|/node_modules/)(@nestjs/cache-manager|cache-manager|cacheable|@cacheable|keyv|@keyv|lru-cache)(/|$)';

module.exports = {
  forbidden: [
    {
      name: 'credits-imports-only-credits',
      comment: 'The engine goes into foreign applications: it knows nothing else of ours.',
      severity: 'error',
      from: { path: '^src/credits/' },
      to: { path: '^src/', pathNot: '^src/credits/' },
    },
    {
      name: 'ledger-is-framework-free',
      comment: 'Neither directly nor through a file in between.',
      severity: 'error',
      from: { path: '^src/credits/ledger/' },
      to: { path: '(^|/node_modules/)(@nestjs/|typeorm(/|$))', reachable: true },
    },
    {
      name: 'credits-has-three-doors',
      comment: 'For hosts and features, for operators, and for the ground of a product.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/credits/' },
      to: { path: '^src/credits/', pathNot: '^src/credits/(index|operator/index|plumbing)\\.ts$' },
    },
    {
      name: 'operators-door-is-for-operators',
      comment: 'It reaches every wallet.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(credits|admin|cli)/' },
      to: { path: '^src/credits/operator/' },
    },
    {
      name: 'plumbing-is-for-the-ground',
      comment: 'A feature works with the credit system, never on it.',
      severity: 'error',
      from: { path: '^src/(upload|docx|export|admin|identity|config|web)/' },
      to: { path: '^src/credits/plumbing\\.ts$' },
    },
    {
      name: 'features-import-only-the-ground',
      severity: 'error',
      from: { path: feature },
      to: {
        path: '^src/',
        pathNot: ['^src/credits/', '^src/(library|identity|config|http)/', feature],
      },
    },
    {
      name: 'nobody-imports-a-feature',
      comment: 'Only app.module.ts, the list of features, does.',
      severity: 'error',
      from: { path: '^src/([^/]+)', pathNot: '^src/app\\.module\\.ts$' },
      to: { path: feature, pathNot: '^src/$1/' },
    },
    {
      name: 'admin-imports-what-operators-work-on',
      severity: 'error',
      from: { path: '^src/admin/' },
      to: { path: '^src/', pathNot: '^src/(admin|credits|account|library|identity|config|http)/' },
    },
    {
      name: 'admin-is-for-routes-and-command-line',
      comment: 'Nothing that users do depends on what operators can do.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/((admin|cli)/|app\\.module\\.ts$)' },
      to: { path: '^src/admin/' },
    },
    {
      name: 'cache-only-under-credits-display',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/credits-display/' },
      to: { path: cachePackage },
    },
    {
      name: 'declared-dependencies-only',
      comment: 'What another package happens to bring, or what only tests need, is missing in production.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'], pathNot: '/node_modules/@types/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
