import { DOCUMENT, exportFormat, exported } from '../library/library.shapes.js';
import { stored } from '../library/stored-answer.js';
import type { RouteDescription } from '../routes/route-description.js';
import { about, arrayOf, id, object, shapes } from '../routes/schema.js';
import { withCredits } from '../routes/success-credits.js';
import { TAGS } from '../routes/tags.js';

const ids = (what: string) => about(what, { ...arrayOf(id), maxItems: 100 });

const { ExportRequest, MadeExport } = shapes({
  ExportRequest: object(
    {
      format: exportFormat,
      documentIds: ids('In this order'),
      audioIds: ids('For `zip`, which packs the recordings themselves'),
      title: { type: 'string', maxLength: 200 },
    },
    { format: 'pdf', documentIds: [DOCUMENT], title: 'A Chapter' },
    { optional: ['documentIds', 'audioIds', 'title'] },
  ),
  MadeExport: withCredits(exported),
});

export const exportRoute: RouteDescription = {
  tag: TAGS.exports,
  summary: 'Make an export',
  description:
    '`txt` and `json` are free; `docx`, `pdf` and `zip` cost `premium_export`. At least one id; `zip` bundles documents, recordings and a manifest.',
  takes: { json: ExportRequest },
  answers: stored('the export', MadeExport),
  refusals: ['not_found', 'file_lost', 'file_too_complex', 'storage_full', 'overloaded'],
};
