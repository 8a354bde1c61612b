import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commonFolder, findHome } from '../../src/database/embedded/home.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'creditgate-home-'));
  chmodSync(folder, 0o711);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (path: string) => statSync(path).mode & 0o777;
const asRoot = process.getuid?.() === 0 ? test : test.skip;

describe('a folder that the server and its programs would be put into', () => {
  test('is made where there is none, and nobody else may write to it', () => {
    const ours = join(folder, 'ours');
    expect(commonFolder([ours])).toBe(ours);
    expect(modeOf(ours)).toBe(0o755);
    expect(commonFolder([ours])).toBe(ours);
  });

  test('is passed over when others may write to it, or it leads elsewhere', () => {
    const [open, link, ours] = ['open', 'link', 'ours'].map((name) => join(folder, name));
    mkdirSync(open!);
    chmodSync(open!, 0o777);
    symlinkSync(mkdtempSync(join(folder, 'elsewhere-')), link!);
    expect(commonFolder([open!, link!, ours!])).toBe(ours);
    expect(modeOf(open!)).toBe(0o777);
    expect(() => commonFolder([open!, link!])).toThrow(/^DATA_DIR must be reachable/);
  });

  asRoot('is passed over when somebody else has put it there', () => {
    const [planted, ours] = ['planted', 'ours'].map((name) => join(folder, name));
    mkdirSync(planted!);
    chownSync(planted!, 65534, 65534);
    expect(commonFolder([planted!, ours!])).toBe(ours);
  });
});

test('a new DATA_DIR lets nobody look into it', () => {
  const dataDir = join(folder, 'data');
  findHome(dataDir);
  expect(modeOf(dataDir) & 0o066).toBe(0);
});
