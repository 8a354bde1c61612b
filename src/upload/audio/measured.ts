/** What a walk through all of a file has found out by itself, whatever the file claims. */
export interface Measured {
  durationSeconds?: number;
  bitrate?: number;
  codec?: string;
}
