import type { RouteDescription } from '../routes/route-description.js';
import { oneOf } from '../routes/schema.js';
import { TAGS } from '../routes/tags.js';

const whole = (minimum: number, maximum?: number) => ({ type: 'integer', minimum, maximum });

export const readAloudRoute: RouteDescription = {
  tag: TAGS.library,
  summary: 'Read a document aloud, as timed text',
  description:
    'Server-sent events `sentence`, each with its times at the speed asked for, and at the end one `credits`. There is no sound in it: it is for captions, a teleprompter, or a voice of your own. Costs `read_aloud` by `character`, and is there where that has a price. All of it is held before the first sentence; who leaves pays for the sentences that went out, and goes on later with `from`.',
  query: {
    wordsPerMinute: { description: 'Default 160.', schema: whole(40, 600), example: '160' },
    from: { description: 'The number of the first sentence. Default 0.', schema: whole(0), example: '0' },
    pace: {
      description:
        '`live`: each sentence comes when it is its turn. Default `fast`: as the client takes them.',
      schema: oneOf('live', 'fast'),
      example: 'fast',
    },
  },
  answers: {
    200: {
      description: 'Events until the document or the client has ended.',
      other: {
        'text/event-stream':
          'event: sentence\nid: 0\ndata: {"number":0,"text":"It was a quiet evening.","startSeconds":0,"endSeconds":1.875,"characters":23}\n\nevent: credits\ndata: {"charged":1,"available":96}\n\n',
      },
    },
  },
  refusals: ['not_found', 'file_lost', 'overloaded'],
};
