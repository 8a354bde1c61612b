import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** Server-sent events to their end. EventSource could not send the bearer. */
export async function readEvents(
  response: Response,
  onEvent: (event: EventSourceMessage) => void,
  onBytes?: () => void,
): Promise<void> {
  const parser = createParser({ onEvent });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    onBytes?.();
    parser.feed(part.value);
  }
}
