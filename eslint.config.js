import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const named = (names) => Object.fromEntries(names.map((name) => [name, 'readonly']));

const nodeGlobals = named(
  'process console Buffer Blob FormData Headers URL URLSearchParams fetch performance Response ReadableStream AbortController AbortSignal TextDecoder TextEncoder setTimeout clearTimeout setInterval clearInterval setImmediate structuredClone'.split(
    ' ',
  ),
);
const browserGlobals = named(
  'window document atob confirm navigator location history localStorage sessionStorage console fetch crypto FormData File Blob URL URLSearchParams Headers Request Response AbortController EventSource Event CustomEvent HTMLElement Intl TextDecoder TextEncoder setTimeout clearTimeout setInterval clearInterval requestAnimationFrame matchMedia'.split(
    ' ',
  ),
);

// ESLint replaces a rule's options where two blocks meet, so the lists are put together here, once.
const noOnly = {
  selector:
    "MemberExpression[property.name='only'][object.name=/^(describe|it|test)$/], MemberExpression[property.name='only'][object.property.name='concurrent'], CallExpression[callee.name=/^(fdescribe|fit)$/]",
  message: 'A focused test silences all the others.',
};
const noDefaultExport = {
  selector: "ExportDefaultDeclaration, ExportSpecifier[exported.name='default']",
  message: 'Export by name: a default export has another name in every file that imports it.',
};

export default defineConfig(
  { ignores: ['node_modules/', 'dist/', 'data/', 'coverage/', '.tmp/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    rules: {
      'no-restricted-syntax': ['error', noOnly, noDefaultExport],
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only src/config reads the environment; take the Environment instead.',
        },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            ...['process', 'node:process'].map((name) => ({
              name,
              importNames: ['env'],
              message: 'Only src/config reads the environment; take the Environment instead.',
            })),
            {
              name: 'class-validator',
              importNames: ['IsOptional'],
              message:
                'It lets null pass: take Optional of src/routes, or OptionalOrNull where null means something.',
            },
          ],
        },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // `import type` on an injected class removes the class from the metadata Nest injects by, and the rule
      // cannot tell an injected class from another. It stays off.
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-floating-promises': 'error',
      // 0 is a price: `||` on a number turns it into the default.
      '@typescript-eslint/prefer-nullish-coalescing': [
        'error',
        { ignorePrimitives: { string: true, boolean: true } },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // An implementation of a port may be synchronous while the port promises a promise.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: { globals: nodeGlobals },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { ...nodeGlobals, module: 'writable', require: 'readonly' },
    },
  },
  {
    files: ['src/web/**/*.js', 'src/web/**/*.mjs'],
    languageOptions: { globals: browserGlobals },
  },
  {
    files: ['src/config/**', 'test/**', 'deploy/**'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-imports': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // Rows of a query and bodies of an answer are `any`, and a test's assertion is what gives them a shape.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      'no-restricted-imports': [
        'error',
        { name: '@jest/globals', importNames: ['it'], message: 'One word for one thing: test.' },
      ],
    },
  },
  {
    // Applications of their own: what they import is installed elsewhere, so nothing is known of their types.
    files: ['test/package/{hosts,jest-esm,prisma}/**/*.ts'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: {
      '@typescript-eslint/prefer-nullish-coalescing': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'off',
    },
  },
  {
    // Tools that look for a default export.
    files: ['*.config.js', 'test/package/prisma/prisma.config.ts', 'test/support/global-*.mjs'],
    rules: { 'no-restricted-syntax': ['error', noOnly] },
  },
);
