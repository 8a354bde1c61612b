/** A server-sent event. */
export interface ServerEvent {
  event: string;
  data: string;
}

/** Reads server-sent events to the end of the response. EventSource cannot send a bearer token. */
export async function readEvents(
  response: Response,
  onEvent: (event: ServerEvent) => void,
  onBytes?: () => void,
): Promise<void> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    onBytes?.();
    text += decoder.decode(part.value, { stream: true });
    // A line may end with \r\n, and the \n may not have arrived yet.
    const half = text.endsWith('\r') ? '\r' : '';
    const blocks = text
      .slice(0, text.length - half.length)
      .replace(/\r\n?/g, '\n')
      .split('\n\n');
    text = blocks.pop()! + half;
    for (const block of blocks) {
      const event = eventIn(block);
      if (event !== undefined) onEvent(event);
    }
  }
}

/** A line that begins with a colon is a comment, sent to keep the connection alive. */
function eventIn(block: string): ServerEvent | undefined {
  const fields = block.split('\n').flatMap((line) => {
    const [, name, value] = /^([^:]+)(?:: ?(.*))?$/s.exec(line) ?? [];
    return name === undefined ? [] : [{ name, value: value ?? '' }];
  });
  const data = fields.filter(({ name }) => name === 'data').map(({ value }) => value);
  if (data.length === 0) return undefined;
  return {
    event: fields.findLast(({ name }) => name === 'event')?.value ?? 'message',
    data: data.join('\n'),
  };
}
