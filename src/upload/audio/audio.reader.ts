import type { WorkApart } from '../../library/apart/work.js';
import type { AudioFacts } from '../../library/recording.entity.js';
import { loadParser } from './m4a.js';
import { readAudio } from './read-audio.js';

// They are loaded when they are needed, and then this process may open no file any more.
await loadParser();

export const work: WorkApart<void, AudioFacts> = ({ files: [file] }) => readAudio(file!.descriptor);
