/** What the first packet of a stream in an OGG file says. */
export interface OggCodec {
  /** Undefined for what is none of ours. */
  name?: string;
  /** Of its clock, too. */
  sampleRate: number;
  channels: number;
  bitrate?: number;
  /** At the beginning, not to be heard. */
  silentSamples: number;
}

const NONE: OggCodec = { sampleRate: 1, channels: 0, silentSamples: 0 };

export function oggCodecOf(packet: Buffer): OggCodec {
  const startsWith = (text: string) => packet.toString('latin1', 0, text.length) === text;
  if (startsWith('\x01vorbis') && packet.length >= 30) {
    return {
      name: 'Vorbis I',
      sampleRate: packet.readUInt32LE(12),
      channels: packet[11]!,
      ...bitrateAt(packet, 20),
      silentSamples: 0,
    };
  }
  // Opus always comes out at 48,000; what went in is only told.
  if (startsWith('OpusHead') && packet.length >= 19) {
    return { name: 'Opus', sampleRate: 48_000, channels: packet[9]!, silentSamples: packet.readUInt16LE(10) };
  }
  if (startsWith('Speex   ') && packet.length >= 80) {
    const version = packet.toString('latin1', 8, 28).replace(/\0.*$/s, '');
    return {
      name: `Speex ${version}`,
      sampleRate: packet.readUInt32LE(36),
      channels: packet.readUInt32LE(48),
      ...bitrateAt(packet, 52),
      silentSamples: 0,
    };
  }
  return NONE;
}

/** 0 and below: the program that wrote it did not say. */
function bitrateAt(packet: Buffer, at: number): { bitrate?: number } {
  const bitrate = packet.readInt32LE(at);
  return bitrate > 0 ? { bitrate } : {};
}
