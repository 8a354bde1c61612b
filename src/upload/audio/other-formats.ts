import type { FileBytes } from './file-bytes.js';

/** Recordings of kinds that no library we know reads wholly: named, so that somebody knows what to convert. */
const MARKS: readonly [name: string, at: number, mark: Buffer][] = [
  ['AIFF', 8, Buffer.from('AIFF')],
  ['AIFF', 8, Buffer.from('AIFC')],
  ['CAF', 0, Buffer.from('caff')],
  ['WebM or Matroska', 0, Buffer.from([0x1a, 0x45, 0xdf, 0xa3])],
  ['WMA', 0, Buffer.from([0x30, 0x26, 0xb2, 0x75])],
  ['AMR', 0, Buffer.from('#!AMR')],
  ['MIDI', 0, Buffer.from('MThd')],
  ['Wave64', 0, Buffer.from('riff')],
  ["Monkey's Audio", 0, Buffer.from('MAC ')],
  ['WavPack', 0, Buffer.from('wvpk')],
  ['Musepack', 0, Buffer.from('MPCK')],
  ['DSD', 0, Buffer.from('DSD ')],
  ['AAC without a container', 0, Buffer.from([0xff, 0xf1])],
  ['AAC without a container', 0, Buffer.from([0xff, 0xf9])],
];

export function otherFormatOf(file: FileBytes, start: number): string | undefined {
  const marked = MARKS.find(([, at, mark]) => file.startsWith(mark.toString('latin1'), start + at));
  if (marked !== undefined) return marked[0];
  const [first = 0, second = 0] = file.upTo(start, 2);
  // A frame of Layer III was looked for before.
  return first === 0xff && second >= 0xe0 ? 'MPEG audio of Layer I or II' : undefined;
}
