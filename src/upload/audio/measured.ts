/** What a walk through all of a file has found out by itself, whatever the file claims. */
export interface MeasuredAudio {
  codec: string;
  durationSeconds: number;
  /** Samples a second, as they come out of a decoder. */
  sampleRate: number;
  channels: number;
  /** Bits a second; without it the average over the file. */
  bitrate?: number;
  /** The duration is what the file says, not what was counted. */
  isClaimed?: boolean;
}
