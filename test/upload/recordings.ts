/** Recordings made by hand: silence, in frames and chunks that are right. */

/** MPEG 1 Layer III, 64 kbit/s, 44,100 Hz, mono, in frames of 208 and now and then 209 bytes. */
export function mp3(frames = 77): Buffer {
  return Buffer.concat(Array.from({ length: frames }, () => frame()));
}

const frame = () => Buffer.concat([Buffer.from([0xff, 0xfb, 0x50, 0xc0]), Buffer.alloc(204)]);

/** The same with a first frame that announces as many, as LAME does for a constant rate. */
export function announcedMp3(frames = 77, announced = frames): Buffer {
  const head = frame();
  head.write('Info', 4 + 17);
  head.writeUInt32BE(1, 4 + 17 + 4);
  head.writeUInt32BE(announced, 4 + 17 + 8);
  return Buffer.concat([head, mp3(frames)]);
}

export const MP3_SECONDS = (77 * 1152) / 44_100;

interface WavOptions {
  riff?: number;
  data?: number;
  samples?: number;
  behind?: Buffer;
  mark?: string;
}

/** One channel, 8000 samples a second, 16 bits: a second unless said otherwise. */
export function wav({
  riff,
  data,
  samples = 8000,
  behind = Buffer.alloc(0),
  mark = 'RIFF',
}: WavOptions = {}): Buffer {
  const sound = Buffer.alloc(samples * 2, 7);
  const head = Buffer.alloc(44);
  head.write(mark);
  head.writeUInt32LE(riff ?? 36 + sound.length + behind.length, 4);
  head.write('WAVEfmt ', 8);
  [16, 0x10001, 8000, 16_000, 0x100002].forEach((value, place) => head.writeUInt32LE(value, 16 + 4 * place));
  head.write('data', 36);
  head.writeUInt32LE(data ?? sound.length, 40);
  return Buffer.concat([head, sound, behind]);
}

/** A chunk of a WAV file. */
export function chunk(name: string, body: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(body.length);
  return Buffer.concat([Buffer.from(name), size, body]);
}

/** An MP4 file with another decoder configuration, which is as long as the one before or shorter. */
export function withDecoder(file: Buffer, kind: number, config: number[]): Buffer {
  const bytes = Buffer.from(file);
  const box = bytes.indexOf('esds');
  const decoder = bytes.indexOf(Buffer.from([4, 0x80, 0x80, 0x80]), box);
  bytes[decoder + 5] = kind;
  const specific = bytes.indexOf(Buffer.from([5, 0x80, 0x80, 0x80]), decoder);
  bytes.set(config, specific + 5);
  return bytes;
}
