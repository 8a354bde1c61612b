import type { OperationTable } from '../operation.js';
import { adminOperations } from './admin.js';
import { creditOperations } from './credits.js';
import { libraryOperations } from './library.js';
import { operationOperations } from './operation.js';

/** Every route of this server has its line here; a test walks them. */
export const OPERATIONS: OperationTable = {
  ...creditOperations,
  ...libraryOperations,
  ...adminOperations,
  ...operationOperations,
};
