import { Column, Entity } from 'typeorm';
import { KeptFile } from './kept-file.entity.js';

export type AudioContainer = 'wav' | 'mp3' | 'flac' | 'ogg' | 'm4a';

/** The facts of a recording, read from its bytes. */
export interface AudioFacts {
  container: AudioContainer;
  codec: string;
  durationSeconds: number;
  /** Samples a second. */
  sampleRate: number;
  channels: number;
  /** Bits a second, on average. */
  bitrate: number;
}

@Entity({ schema: 'library', name: 'recordings' })
export class Recording extends KeptFile implements AudioFacts {
  @Column('text')
  container: AudioContainer;

  @Column('text')
  codec: string;

  @Column('double precision', { name: 'duration_seconds' })
  durationSeconds: number;

  @Column('int', { name: 'sample_rate' })
  sampleRate: number;

  @Column('int')
  channels: number;

  @Column('int')
  bitrate: number;
}
