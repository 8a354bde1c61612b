import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface RunningProduct {
  /** What it printed. */
  address: string;
  stop(): Promise<void>;
}

const program = join(import.meta.dirname, '../../dist/main.js');

/** `npm start` without the build, on any free port; users get no credits but those a test gives them. */
export async function startProduct(variables: Record<string, string>): Promise<RunningProduct> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    PORT: '0',
    LOG_LEVEL: 'silent',
    RATE_LIMIT_PER_MINUTE: '0',
    CREDIT_SIGNUP_GRANT: '0',
    ...variables,
  };
  const child = spawn(process.execPath, [program], { env, cwd: variables['DATA_DIR'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let said = '';
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (data) => {
      said += String(data);
      const [printed] = /^http\S+(?=\n)/m.exec(said) ?? [];
      if (printed !== undefined) resolve(printed);
    });
    child.stderr.on('data', (data) => (said += String(data)));
    void ended.then(() => reject(new Error(`the product did not start: ${said}`)));
  });
  return {
    address,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
