// The product, broken on purpose: `node broken-main.mjs CONTROL`. A trial that does not notice proves nothing.
import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { createReadStream, openSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import pg from 'pg';
import { AppModule } from '../../../dist/app.module.js';
import { readEnvironment } from '../../../dist/config/read-environment.js';
import { Fence } from '../../../dist/credits-display/fence.js';
import { createApp } from '../../../dist/http/create-app.js';
import { Crowd } from '../../../dist/http/crowd.js';
import { listen } from '../../../dist/http/listen.js';
import { FileRefusal } from '../../../dist/library/file-refusal.js';
import { Room } from '../../../dist/library/room.js';
import { ProblemException } from '../../../dist/problems/problem.exception.js';
import { closeOnSignals } from '../../../dist/http/shutdown.js';

const spoil = {
  /** Strangers' files are read and written by the server itself. */
  'one-process': () => (Room.prototype.run = readHere),
  /** And whole, with an object for each character, as one would who thinks of files that people write. */
  'greedy-reader': () => (Room.prototype.run = readAllHere),
  /** The usual cache invalidation: delete the copy when the wallet changes, and trust readers who come home late. */
  'delete-only': () => (Fence.prototype.isCurrent = () => true),
  /** Everybody is let in, however many there are. */
  'open-door': () => Object.defineProperty(Crowd.prototype, 'limit', { value: Infinity }),
  /** What PostgreSQL says of an error is lost on the way, so that nobody can tell its trouble from a fault of ours. */
  'nameless-errors': () => {
    const { _handleErrorMessage: handle } = pg.Client.prototype;
    pg.Client.prototype._handleErrorMessage = function (error) {
      handle.call(this, Object.assign(error, { code: undefined, severity: undefined }));
    };
  },
  /** Whether a write can succeed is asked by what needs no room. */
  'blind-ready': () => {
    const { query } = pg.Client.prototype;
    pg.Client.prototype.query = function (text, ...rest) {
      const isProbe = typeof text === 'string' && text.includes('creditgate_ready');
      return query.call(this, isProbe ? text.slice(text.lastIndexOf(';') + 1) : text, ...rest);
    };
  },
};

spoil[process.argv[2]]();
const environment = readEnvironment();
const app = await createApp(AppModule, environment);
closeOnSignals(app);
await listen(app, environment);
process.stdout.write(`${await app.getUrl()}/\n`);

async function readAllHere(task) {
  const [text] = await Promise.all(task.files.map((path) => readFile(path, 'latin1')));
  const characters = [...text].map((character) => ({ runs: [{ text: character }] }));
  return { ...(await readHere(task)), characters };
}

async function readHere({ program, given, files, outputPath }) {
  const { work } = await import(program);
  let output;
  const tools = {
    given,
    files: files.map((path) => ({
      descriptor: openSync(path, 'r'),
      bytes: statSync(path).size,
      read: () => readFile(path),
      stream: () => createReadStream(path),
    })),
    output: {
      async write(source) {
        const bytes = await buffer(Readable.from(source));
        await writeFile(outputPath, bytes);
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        output = { path: outputPath, bytes: bytes.length, sha256 };
      },
    },
    report: () => undefined,
  };
  try {
    return { result: await work(tools), output };
  } catch (error) {
    throw error instanceof FileRefusal ? new ProblemException(error.code, error.message) : error;
  }
}
