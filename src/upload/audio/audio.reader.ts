import type { Work } from '../../library/apart/work.js';
import type { AudioFacts } from '../../library/recording.entity.js';
import { loadParsers, readAudio } from './read-audio.js';

// They are loaded when they are needed, and then this process may open no file any more.
await loadParsers();

export const work: Work<void, AudioFacts> = ({ files: [file] }) => readAudio(file!.descriptor);
