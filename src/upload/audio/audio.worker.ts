import { answerWith } from '../../library/reader-thread.js';
import { readAudio } from './read-audio.js';

await answerWith(async (path: string) => ({ result: await readAudio(path) }));
