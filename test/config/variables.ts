import type { Environment } from '../../src/config/environment.js';

const MAX = 9_007_199_254_740_991;

export const NUMBERS: [
  variable: string,
  fallback: number,
  min: number,
  max: number,
  read: (e: Environment) => unknown,
][] = [
  ['CREDIT_COST_AUDIO_UPLOAD', 2, 0, MAX, (e) => e.prices.audio_upload],
  ['CREDIT_COST_TXT_UPLOAD', 3, 0, MAX, (e) => e.prices.txt_upload],
  ['CREDIT_COST_DOCX_PROCESSING', 5, 0, MAX, (e) => e.prices.docx_processing],
  ['CREDIT_COST_PREMIUM_EXPORT', 15, 0, MAX, (e) => e.prices.premium_export],
  ['CREDIT_SIGNUP_GRANT', 100, 0, MAX, (e) => e.signupGrantCredits],
  ['CREDIT_HOLD_TTL_SECONDS', 60, 1, 86_400, (e) => e.holdTtlSeconds],
  ['CREDIT_DISPLAY_CACHE_TTL_SECONDS', 300, 0, 86_400, (e) => e.displayCacheTtlSeconds],
  ['CREDIT_LOW_BALANCE', 20, 0, MAX, (e) => e.lowBalanceCredits],
  ['PORT', 3000, 0, 65_535, (e) => e.port],
  ['RATE_LIMIT_PER_MINUTE', 600, 0, 1_000_000_000, (e) => e.rateLimitPerMinute],
  ['STORAGE_BYTES_PER_USER', 1_073_741_824, 0, MAX, (e) => e.storageBytesPerUser],
  ['MAX_AUDIO_BYTES', 52_428_800, 1, 10_737_418_240, (e) => e.maxAudioBytes],
  ['MAX_TXT_BYTES', 10_485_760, 1, 10_737_418_240, (e) => e.maxTxtBytes],
  ['MAX_DOCX_BYTES', 26_214_400, 1, 10_737_418_240, (e) => e.maxDocxBytes],
];

export const TEXTS: [
  variable: string,
  fallback: string | undefined,
  good: string[],
  bad: string[],
  read: (e: Environment) => unknown,
][] = [
  [
    'CREDIT_TOPUP_URL',
    undefined,
    ['https://a.example/x?y=1', 'http://localhost:1'],
    ['x', '/buy', 'javascript:alert(1)', 'https://', 'https://a b'],
    (e) => e.topUpUrl,
  ],
  [
    'DATABASE_URL',
    undefined,
    ['postgres://u:p@h:5432/d', 'postgresql:///d?host=/tmp'],
    ['x', 'mysql://h/d', 'h:5432/d', 'postgres://u:%zz@h/d', 'postgres://h:99999/d'],
    (e) => e.databaseUrl,
  ],
  [
    'METRICS_TOKEN',
    undefined,
    ['scrape-me', 'a+b/c=', 'x'.repeat(1024)],
    ['a b', 'naïve', 'a"b', 'x'.repeat(1025)],
    (e) => e.metricsToken,
  ],
  [
    'TRUST_PROXY',
    '',
    ['127.0.0.1', '10.0.0.0/8', '::1', '2001:db8::/32,192.0.2.1'],
    [
      'x',
      'true',
      'loopback',
      '10.0.0.0/33',
      '10.0.0/8',
      '0.0.0.0/0',
      '::/0',
      '256.0.0.1',
      ',',
      '127.0.0.1;::1',
    ],
    (e) => e.trustProxy.join(','),
  ],
  ['DATA_DIR', './data', ['/var/lib/x', 'a b'], [' ', 'a\nb', 'a\u0007'], (e) => e.dataDir],
  [
    'HOST',
    '127.0.0.1',
    ['0.0.0.0', '::', '::1', 'localhost', 'app.internal'],
    ['256.1.1.1', '1.2.3', 'a b', 'http://a', '-a', 'a:80', 'a'.repeat(300)],
    (e) => e.host,
  ],
  [
    'AUTH_MODE',
    'embedded',
    ['embedded'],
    ['x', 'EMBEDDED', 'none', 'jwks,hs256', ' embedded'],
    (e) => e.authMode,
  ],
  [
    'LOG_LEVEL',
    'info',
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    ['x', 'INFO', 'verbose', '30'],
    (e) => e.logLevel,
  ],
  [
    'AUTH_ISSUER',
    undefined,
    ['https://a.example/auth/v1', 'urn:x'],
    ['a b', 'a\n', 'ü', 'a'.repeat(5000)],
    (e) => e.authIssuer,
  ],
  ['AUTH_AUDIENCE', undefined, ['authenticated'], ['a b', '\t'], (e) => e.authAudience],
];
