import { adminSchemas } from './admin.js';
import { creditSchemas } from './credits.js';
import { librarySchemas } from './library.js';
import { operationsSchemas } from './operations.js';

/** Everything that goes in or out as JSON, but for problems. */
export const SCHEMAS = { ...creditSchemas, ...librarySchemas, ...adminSchemas, ...operationsSchemas };

export type SchemaName = keyof typeof SCHEMAS;
