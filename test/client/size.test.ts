import { expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const LIMIT_BYTES = 6_000;

test('the whole client is less than 6 kB over the wire, and asks for nothing else', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(import.meta.dirname, '../../src/client/index.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    metafile: true,
    write: false,
  });
  const script = outputFiles[0]!.contents;
  const sizes = {
    minified: script.length,
    gzip: gzipSync(script, { level: 9 }).length,
    brotli: brotliCompressSync(script).length,
  };
  process.stdout.write(`creditgate/client: ${JSON.stringify(sizes)}\n`);
  expect(sizes.minified).toBeGreaterThan(2_000);
  expect(sizes.gzip).toBeLessThan(LIMIT_BYTES);
  expect(Object.keys(metafile.inputs).filter((path) => !path.includes('src/client/'))).toEqual([]);
});
