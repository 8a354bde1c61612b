import { DOCUMENT, counted, counts, recordingStored } from '../library/library.shapes.js';
import { FILE_REFUSALS, stored } from '../library/stored-answer.js';
import type { RouteDescription } from '../routes/route-description.js';
import { id, object, oneOf, shapes, text } from '../routes/schema.js';
import { withCredits } from '../routes/success-credits.js';
import { TAGS } from '../routes/tags.js';

const textStored = object(
  { id, kind: oneOf('txt'), title: text, encoding: text, ...counts },
  { id: DOCUMENT, kind: 'txt', title: 'A Chapter', encoding: 'utf-8', ...counted },
);

const { StoredText, StoredRecording } = shapes({
  StoredText: withCredits(textStored),
  StoredRecording: withCredits(recordingStored),
});

export const txtRoute: RouteDescription = {
  tag: TAGS.uploads,
  summary: 'Upload a text',
  description:
    'A plain text in any common encoding; one that cannot be told with confidence is refused (415) and wants to be named. Costs `txt_upload`, per file or by `character`.',
  query: {
    encoding: {
      description: 'The name of its encoding; without it the bytes tell.',
      schema: text,
      example: 'windows-1251',
    },
  },
  takes: { file: 'A plain text.' },
  answers: stored('the text as a document', StoredText),
  refusals: FILE_REFUSALS,
};

export const audioRoute: RouteDescription = {
  tag: TAGS.uploads,
  summary: 'Upload a recording',
  description:
    'WAV, MP3, FLAC, OGG or M4A, recognised from the bytes. Costs `audio_upload`, per file or by `second`.',
  takes: { file: 'A recording.' },
  answers: stored('the recording', StoredRecording),
  refusals: [...FILE_REFUSALS, 'overloaded'],
};
