import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

export type AudioContainer = 'wav' | 'mp3' | 'flac' | 'ogg' | 'm4a';

/** What a recording is, as its bytes tell. */
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
export class Recording implements AudioFacts {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text', { name: 'user_id', select: false })
  userId: string;

  @Column('uuid', { name: 'hold_id', nullable: true, select: false })
  holdId: string | null;

  @Column('text')
  filename: string;

  @Column('bigint', { transformer: { to: (value: number) => value, from: Number } })
  bytes: number;

  @Column('text')
  sha256: string;

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

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;
}
