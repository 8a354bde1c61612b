import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SignJWT } from 'jose';

const MAIN = join(import.meta.dirname, '../../../dist/main.js');
const BROKEN_MAIN = join(import.meta.dirname, 'broken-main.mjs');
const SECRET = 'a secret of this fault run, long enough';
const READY_WITHIN_MS = 45_000;

/** The whole product as a process of its own, asked over HTTP. With a `control` it is broken on purpose. */
export class ProductProcess {
  #child;
  #agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  url;

  static async start(databaseUrl, { folder, control, variables = {}, flags = [] }) {
    const product = new ProductProcess();
    const env = {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      DATA_DIR: folder,
      PORT: '0',
      AUTH_MODE: 'hs256',
      AUTH_JWT_SECRET: SECRET,
      CREDIT_SIGNUP_GRANT: '0',
      RATE_LIMIT_PER_MINUTE: '0',
      LOG_LEVEL: 'fatal',
      ...variables,
    };
    const program = control === undefined ? [MAIN] : [BROKEN_MAIN, control];
    product.#child = spawn(process.execPath, [...flags, ...program], {
      ...{ env, cwd: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    product.ended = once(product.#child, 'close');
    const isUp = once(product.#child.stdout, 'data', { signal: AbortSignal.timeout(READY_WITHIN_MS) });
    const first = await Promise.race([isUp, product.ended]);
    if (!Buffer.isBuffer(first[0])) throw new Error(`the product did not start: exit code ${first[0]}`);
    product.url = String(first[0]).trim();
    return product;
  }

  get pid() {
    return this.#child.pid;
  }

  get isUp() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  kill(signal) {
    this.#child.kill(signal);
  }

  /** `{ status, headers, body, ms }`; status 0: no answer, the connection failed. */
  ask(path, { method = 'GET', headers = {}, body } = {}) {
    const started = performance.now();
    return new Promise((resolve) => {
      const done = (answer) => resolve({ ...answer, startedAt: started, ms: performance.now() - started });
      const options = { method, headers, agent: this.#agent };
      const request = httpRequest(new URL(path, this.url), options, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', () => done({ status: 0 }));
        response.on('end', () => {
          const { statusCode: status, headers: answered } = response;
          done({ status, headers: answered, body: readJson(Buffer.concat(chunks)) });
        });
      });
      request.on('error', (error) => done({ status: 0, error }));
      request.end(body);
    });
  }

  /** One paid upload, the cheapest work there is that costs credits. */
  uploadText({ authorization }, key) {
    return this.ask('/api/upload/txt', {
      method: 'POST',
      headers: { authorization, 'idempotency-key': key, 'content-type': 'multipart/form-data; boundary=b' },
      body: `--b\r\nContent-Disposition: form-data; name="file"; filename="${key}"\r\n\r\nA text, namely ${key}.\r\n--b--\r\n`,
    });
  }

  async stop() {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
    await this.ended;
    this.#agent.destroy();
  }
}

/** How a user signs in: the value of the header. */
export async function authorizationOf(user, claims = {}) {
  const now = Math.floor(Date.now() / 1000);
  const token = await new SignJWT({ sub: user, iat: now, exp: now + 3600, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(SECRET));
  return `Bearer ${token}`;
}

function readJson(bytes) {
  try {
    return JSON.parse(bytes);
  } catch {
    return undefined;
  }
}

/** Resolves when the condition holds; false when it did not in time. */
export async function within(ms, condition) {
  const deadline = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > deadline) return false;
    await delay(10);
  }
  return true;
}
