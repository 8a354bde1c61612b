import { upload, type Answer, type Product } from '../app/product.js';
import { fileOf } from '../files/files.js';
import type { Room } from '../../src/library/room.js';
import { signedIn } from '../support/app.js';

/** A user with something to export, and the ways to ask for it. */
export interface Shelf {
  user: string;
  documentId: string;
  audioId: string;
  post: (body: unknown, headers?: Record<string, string>) => Promise<Answer>;
  download(id: string, headers?: Record<string, string>): Promise<{ headers: Headers; bytes: Buffer }>;
  store(bytes: Uint8Array, name: string): Promise<string>;
}

const COST_OF_SHELF = 7;
let users = 0;

/** Has `credits` left after the document and the recording were stored. */
export async function openShelf(
  product: Product,
  credits: number,
  document = fileOf('docx', 'chapter.docx'),
): Promise<Shelf> {
  users += 1;
  const user = `author-${users}`;
  await product.open(user, credits + COST_OF_SHELF);
  const store = async (path: string, bytes: Uint8Array, name: string) => {
    const { status, body } = await product.call(user, path, upload(bytes, name));
    if (status !== 201) throw new Error(`not stored: ${body.code}`);
    return body.id as string;
  };
  return {
    user,
    documentId: await store('/api/docx', document, 'chapter.docx'),
    audioId: await store('/api/upload/audio', fileOf('audio', 'tone.flac'), 'Tone / of the sea.flac'),
    post: (body, headers = {}) => product.call(user, '/api/export', postOf(body, headers)),
    async download(id, headers = {}) {
      const init = { headers: { ...(await signedIn(user)), ...headers } };
      const response = await fetch(`${product.url}/api/export/${id}/download`, init);
      return { headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
    },
    store: (bytes, name) => store('/api/upload/txt', bytes, name),
  };
}

export function postOf(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  };
}

/** All seats of a room are taken by others, until they are asked to leave or for so many seconds. */
export function takeSeats(room: Room, seconds: number) {
  const program = new URL('data:text/javascript,export const work = () => new Promise(() => {})');
  const over = new AbortController();
  const sitting = ['one', 'two'].map((userId) =>
    room.run({ userId, program, files: [], seconds }, { signal: over.signal }).catch(() => undefined),
  );
  return {
    async leave() {
      over.abort(new Error('over'));
      await Promise.all(sitting);
    },
  };
}
