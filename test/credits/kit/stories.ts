import { reading } from './stories/reading.js';
import { selling } from './stories/selling.js';
import { spending } from './stories/spending.js';
import type { Stories } from './stories/story.js';

/** What a host does with the credit system, each to be told the same wherever the books are. */
export const stories: Stories = { ...spending, ...selling, ...reading };
