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
      name: 'credits-has-one-door',
      comment: 'And prices one of their own: the configuration is read before the engine is loaded.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/credits/' },
      to: { path: '^src/credits/', pathNot: '^src/credits/(prices/)?index\\.ts$' },
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
