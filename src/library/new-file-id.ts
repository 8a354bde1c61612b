import { v7 as uuidv7 } from 'uuid';

/** Of version 7: it grows with time, so the indexes over ids grow at their end. */
export const newFileId = (): string => uuidv7();
