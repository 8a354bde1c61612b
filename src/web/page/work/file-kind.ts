import type { IconName } from '../parts/icon.js';
import type { ShelfName } from '../state/library-changes.js';

/** The three kinds of files, and where each goes. The server looks at the bytes; this only finds the door. */
export const FILE_KINDS = {
  audio: {
    icon: 'audio',
    action: 'audio_upload',
    path: '/api/upload/audio',
    shelf: 'recordings',
    accept: 'audio/*,.wav,.mp3,.flac,.ogg,.oga,.opus,.m4a',
    formats: 'WAV, MP3, FLAC, OGG, M4A',
  },
  txt: {
    icon: 'txt',
    action: 'txt_upload',
    path: '/api/upload/txt',
    shelf: 'documents',
    accept: 'text/plain,.txt',
    formats: 'TXT, any encoding',
  },
  docx: {
    icon: 'docx',
    action: 'docx_processing',
    path: '/api/docx',
    shelf: 'documents',
    accept: '.docx,application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    formats: 'DOCX',
  },
} as const satisfies Record<string, { icon: IconName; shelf: ShelfName; [fact: string]: string }>;

export type FileKind = keyof typeof FILE_KINDS;

const BY_ENDING: Record<string, FileKind> = {
  wav: 'audio',
  mp3: 'audio',
  flac: 'audio',
  ogg: 'audio',
  oga: 'audio',
  opus: 'audio',
  m4a: 'audio',
  txt: 'txt',
  docx: 'docx',
};

/** By name, else by the type the system gave it, else as whoever chose it said. */
export function kindOf(
  { name, type }: { name: string; type: string },
  chosenAs: FileKind | null,
): FileKind | null {
  const ending = name.split('.').at(-1)?.toLowerCase() ?? '';
  const byType = type.startsWith('audio/') ? 'audio' : type === 'text/plain' ? 'txt' : null;
  return BY_ENDING[ending] ?? byType ?? chosenAs;
}
