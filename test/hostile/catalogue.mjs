import { documents } from './documents.mjs';
import { recordings } from './recordings.mjs';
import { texts } from './texts.mjs';

export const catalogue = [...documents, ...recordings, ...texts];
