// Who may import whom (docs/design.md tells why). test/ground/import-rules.test.ts shows every rule fail.
const rooms =
  'account|admin|backup|cli|client|config|credits|credits-display|credits-http|database|http|identity|library|payments|problems|routes|watch|web';
/** Every other folder: a new one is a feature without being named here. */
const feature = `^src/(?!(?:${rooms})/)[^/]+/`;
const cachePackage =
  '(^|/node_modules/)(@nestjs/cache-manager|cache-manager|cacheable|@cacheable|keyv|@keyv)(/|$)';

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
      name: 'credits-has-few-doors',
      comment:
        'For hosts and features, for operators, for the ground of a product, and for who reads prices at the start.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/credits/' },
      to: { path: '^src/credits/', pathNot: '^src/credits/((operator/|prices/)?index|plumbing)\\.ts$' },
    },
    {
      name: 'credits-http-imports-only-credits',
      comment:
        'It goes into foreign applications, too: it knows neither this product’s users nor its server.',
      severity: 'error',
      from: { path: '^src/credits-http/' },
      to: {
        path: '^src/',
        pathNot: '^src/((credits-http|credits-display|credits)/|routes/conditional\\.ts$)',
      },
    },
    {
      name: 'client-stands-alone',
      comment:
        'It goes into foreign pages, to the last byte: only its hooks want React, or what is in its place.',
      severity: 'error',
      from: { path: '^src/client/' },
      to: { pathNot: '^src/client/|^react$' },
    },
    {
      name: 'client-is-for-pages',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(client|web)/' },
      to: { path: '^src/client/' },
    },
    {
      name: 'test-kit-is-for-hosts',
      comment: 'What is tried with it must not lean on it: a running app never loads it.',
      severity: 'error',
      from: { path: '^src/credits/', pathNot: '^src/credits/testing/' },
      to: { path: '^src/credits/testing/' },
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
        pathNot: ['^src/credits/', '^src/(library|identity|config|problems|routes)/', feature],
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
      to: {
        path: '^src/',
        pathNot:
          '^src/((admin|credits|credits-http|account|library|payments|identity|config|problems|routes)/|database/wallet-database)',
      },
    },
    {
      name: 'admin-is-for-routes-and-command-line',
      comment: 'Nothing that users do depends on what operators can do.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/((admin|cli)/|app\\.module\\.ts$)' },
      to: { path: '^src/admin/' },
    },
    {
      name: 'payments-import-only-the-ground',
      severity: 'error',
      from: { path: '^src/payments/' },
      to: {
        path: '^src/',
        pathNot:
          '^src/((payments|credits|account|identity|config|problems|routes)/|database/wallet-database)',
      },
    },
    {
      name: 'payments-are-for-operators-and-the-list-of-features',
      comment: 'Whatever else is done with credits does not depend on how they are sold.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/((payments|admin|cli|watch)/|(app\\.module|migrations)\\.ts$)' },
      to: { path: '^src/payments/' },
    },
    {
      name: 'payments-have-one-door',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(payments/|migrations\\.ts$)' },
      to: { path: '^src/payments/', pathNot: '^src/payments/index\\.ts$' },
    },
    {
      name: 'stripe-only-under-payments-stripe',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/payments/stripe/' },
      to: { path: '(^|/node_modules/)stripe(/|$)' },
    },
    {
      name: 'words-need-nothing-but-credits',
      comment: 'Problems are told on the command line, too: their words know neither routes nor requests.',
      severity: 'error',
      from: { path: '^src/problems/' },
      to: { path: '^src/', pathNot: '^src/(problems|credits)/' },
    },
    {
      name: 'routes-need-no-server',
      comment: 'What a handler says about its route and asks of its request, whatever serves it.',
      severity: 'error',
      from: { path: '^src/routes/' },
      to: { path: '^src/', pathNot: '^src/(routes|problems|credits)/' },
    },
    {
      name: 'http-is-plumbing',
      comment: 'It carries requests and knows neither the database nor the display.',
      severity: 'error',
      from: { path: '^src/http/' },
      to: { path: '^src/', pathNot: '^src/(http|watch|routes|problems|identity|config|credits)/' },
    },
    {
      name: 'http-is-for-the-server',
      comment: 'Only what starts the server imports its plumbing; rooms speak to it through src/routes.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/((http|account)/|main\\.ts$|app\\.module\\.ts$)' },
      to: { path: '^src/http/' },
    },
    {
      name: 'watching-is-for-the-server-and-the-command-line',
      comment: 'What is watched does not know it: the watch reads it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/((watch|http|cli)/|(app\\.module|main)\\.ts$)' },
      to: { path: '^src/watch/' },
    },
    {
      name: 'cache-only-under-credits-display',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/credits-display/' },
      to: { path: cachePackage },
    },
    {
      name: 'embedded-server-starts-alone',
      comment:
        'A checkout has PostgreSQL started with no package but pg, which an account of its own can read.',
      severity: 'error',
      from: { path: '^src/database/embedded' },
      to: { path: 'node_modules/(@nestjs|typeorm|rxjs|class-)', reachable: true },
    },
    {
      name: 'checks-have-one-vocabulary',
      comment:
        'What a member must be is said in the words of src/routes/checks.ts, not in those of a library.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(routes|config)/' },
      to: { path: 'node_modules/class-validator/' },
    },
    {
      name: 'declared-dependencies-only',
      comment: 'What another package happens to bring, or what only tests need, is missing in production.',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'],
        pathNot: '/node_modules/@types/|^react$',
      },
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
