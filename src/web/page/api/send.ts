import { problemFrom, Unreachable } from '../../../client/problem.js';
import { parsed } from '../../../client/send.js';
import { endSession, session } from '../state/session.js';

export interface PaidRequest {
  path: string;
  /** A file to bring in, or the JSON of what is wanted. */
  content: File | string;
}

export interface SendOptions {
  /** The same for every try of the same thing. */
  idempotencyKey: string;
  /** The price that was on the button: a dearer one is refused instead of charged. */
  maxCredits: number | undefined;
  signal: AbortSignal;
  /** From 0 to 1; at 1 the server has it all. */
  onProgress: (share: number) => void;
}

/** A paid request; by XMLHttpRequest, since fetch does not tell how much it has sent. @throws Refusal, Unreachable */
export function send<T>({ path, content }: PaidRequest, options: SendOptions): Promise<T> {
  const token = session.get()?.token;
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    request.open('POST', path);
    const headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      'idempotency-key': options.idempotencyKey,
      ...(options.maxCredits !== undefined && { 'x-max-credits': String(options.maxCredits) }),
      ...(typeof content === 'string' && { 'content-type': 'application/json' }),
    };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => options.onProgress(total === 0 ? 0 : loaded / total);
    request.upload.onload = () => options.onProgress(1);
    request.onload = () => {
      const answer = parsed(request.responseText);
      if (request.status >= 200 && request.status < 300) return resolve(answer as T);
      if (request.status === 401) endSession(token);
      reject(problemFrom(request.status, answer, request.getResponseHeader('retry-after')));
    };
    request.onerror = () => reject(new Unreachable());
    request.onabort = () => reject(new Unreachable());
    options.signal.addEventListener('abort', () => request.abort());
    request.send(typeof content === 'string' ? content : formOf(content));
  });
}

function formOf(file: File): FormData {
  const form = new FormData();
  form.append('file', file);
  return form;
}
