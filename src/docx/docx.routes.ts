import { DOCUMENT, counted, counts, heading, headings } from '../library/library.shapes.js';
import { FILE_REFUSALS, stored } from '../library/stored-answer.js';
import type { RouteDescription } from '../routes/route-description.js';
import { id, object, oneOf, shapes, text } from '../routes/schema.js';
import { withCredits } from '../routes/success-credits.js';
import { TAGS } from '../routes/tags.js';

const docxStored = object(
  { id, kind: oneOf('docx'), title: text, ...counts, headings },
  { id: DOCUMENT, kind: 'docx', title: 'A Chapter', ...counted, headings: [heading.examples[0]] },
);

const { StoredDocx } = shapes({ StoredDocx: withCredits(docxStored) });

export const docxRoute: RouteDescription = {
  tag: TAGS.uploads,
  summary: 'Process a Word document',
  description:
    'Headings, lists, alignment, bold, italic and underline are kept. Costs `docx_processing`, per file or by `character`.',
  takes: { file: 'A DOCX.' },
  answers: stored('the document', StoredDocx),
  refusals: [...FILE_REFUSALS, 'overloaded'],
};
