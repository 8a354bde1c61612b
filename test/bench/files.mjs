// npm run bench:files
//
// What large files cost: time as a client sees it, and the most memory the process ever had, each in a process and
// on a database of its own. Exit code 1: it broke off, or something was refused.
import { SignJWT } from 'jose';
import { Document, Packer, Paragraph, TextRun } from 'docx';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';

const SECRET = 'only for this measurement, of 32 bytes or more';
const PARAGRAPHS = 20_000;
const WORDS = 15;
const AUDIO_BYTES = 50 * 1024 * 1024;

const rows = [];
rows.push(...(await inProcess(measureDocuments)));
rows.push(...(await inProcess(measureAudio)));
console.log(`${cpus().length} processors, ${cpus()[0]?.model}, Node ${process.version}`);
console.log(`load average before the last: ${loadavg()[0].toFixed(1)}`);
for (const [what, figure] of rows) console.log(`${what.padEnd(44)} ${figure}`);

async function measureDocuments(product) {
  const bytes = await book();
  const { body, seconds } = await product.send('docx', fileForm(bytes, 'book.docx'));
  const found = [[`DOCX of ${PARAGRAPHS} paragraphs, ${bytes.length} bytes`, seconds]];
  for (const format of ['txt', 'json', 'docx', 'pdf', 'zip']) {
    const json = JSON.stringify({ format, documentIds: [body.id] });
    const made = await product.send('export', json, { 'content-type': 'application/json' });
    found.push([`  exported as ${format}, ${made.body.bytes} bytes`, made.seconds]);
  }
  return [...found, ['  most memory', `${await product.peakMb()} MB`]];
}

async function measureAudio(product) {
  const { seconds } = await product.send('upload/audio', fileForm(wav(AUDIO_BYTES), 'take.wav'));
  return [
    [`WAV of ${AUDIO_BYTES} bytes`, seconds],
    ['  most memory', `${await product.peakMb()} MB`],
  ];
}

async function inProcess(measure) {
  const dataDir = await mkdtemp(join(tmpdir(), 'creditgate-files-'));
  const env = {
    PATH: process.env.PATH,
    DATA_DIR: dataDir,
    PORT: '0',
    LOG_LEVEL: 'silent',
    AUTH_MODE: 'hs256',
    AUTH_JWT_SECRET: SECRET,
    MAX_AUDIO_BYTES: String(AUDIO_BYTES + 1024),
  };
  const main = join(import.meta.dirname, '../../dist/main.js');
  const child = spawn(process.execPath, [main], { env, cwd: dataDir, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const url = await new Promise((resolve, reject) => {
      child.stdout.once('data', (line) => resolve(String(line).trim()));
      child.once('exit', () => reject(new Error('the product did not start')));
    });
    return await measure(clientOf(url, child.pid, await token()));
  } finally {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('close', resolve));
    await rm(dataDir, { recursive: true, force: true });
  }
}

function clientOf(url, pid, authorization) {
  return {
    async send(path, body, headers = {}) {
      const started = performance.now();
      const cpuBefore = await cpuSeconds(pid);
      const init = { method: 'POST', body, headers: { authorization, ...headers } };
      const response = await fetch(`${url}api/${path}`, init);
      const answer = await response.json();
      const cpu = (await cpuSeconds(pid)) - cpuBefore;
      const seconds = `${((performance.now() - started) / 1000).toFixed(2)} s, ${cpu.toFixed(2)} s of processor`;
      if (response.status !== 201) throw new Error(`${path} answered ${response.status} ${answer.code}`);
      return { body: answer, seconds };
    },
    /** Linux alone tells. */
    async peakMb() {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      return Math.round(Number(/VmHWM:\s*(\d+)/.exec(status)?.[1]) / 1024);
    },
  };
}

/** Of all its threads; Linux alone tells, in hundredths. */
async function cpuSeconds(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [user, system] = stat.split(') ').at(-1).split(' ').slice(11, 13);
  return (Number(user) + Number(system)) / 100;
}

async function token() {
  const key = new TextEncoder().encode(SECRET);
  const claims = new SignJWT({ sub: 'measure' }).setIssuedAt().setExpirationTime('1h');
  return `Bearer ${await claims.setProtectedHeader({ alg: 'HS256' }).sign(key)}`;
}

function fileForm(bytes, name) {
  const form = new FormData();
  form.append('file', new Blob([bytes]), name);
  return form;
}

async function book() {
  const words = (paragraph) =>
    Array.from({ length: WORDS }, (_, word) => `word${(paragraph * 31 + word * 7) % 997}`);
  const children = Array.from(
    { length: PARAGRAPHS },
    (_, number) =>
      new Paragraph({
        ...(number % 50 === 0 && { style: 'Heading1' }),
        children: [
          new TextRun(`${words(number).join(' ')} `),
          new TextRun({ text: `and ${number}.`, bold: true }),
        ],
      }),
  );
  return Packer.toBuffer(new Document({ sections: [{ children }] }));
}

/** Silence, 16 bit, stereo. */
function wav(bytes) {
  const file = Buffer.alloc(bytes);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(bytes - 8, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  for (const [place, value] of [
    [16, 16],
    [24, 44_100],
    [28, 176_400],
    [40, bytes - 44],
  ])
    file.writeUInt32LE(value, place);
  for (const [place, value] of [
    [20, 1],
    [22, 2],
    [32, 4],
    [34, 16],
  ])
    file.writeUInt16LE(value, place);
  file.write('data', 36, 'latin1');
  return file;
}
