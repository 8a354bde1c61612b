import { request } from './call.js';

/** Saves what a route answers as a file; a plain link could not send the bearer. @throws Refusal, Unreachable */
export async function download(
  path: string,
  filename: string,
  headers?: Record<string, string>,
): Promise<void> {
  const blob = await (await request(path, { headers })).blob();
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = filename;
  link.click();
  // The browser has taken hold of it once the click is over.
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}
