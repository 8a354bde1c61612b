import { answerWith } from '../../library/answer-with.js';
import { readAudio } from './read-audio.js';

await answerWith(async (path: string) => ({ result: await readAudio(path) }));
