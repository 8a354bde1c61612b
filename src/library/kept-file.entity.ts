import { Column, CreateDateColumn, PrimaryColumn } from 'typeorm';

/** What every row of a shelf says of the file it stands for. */
export abstract class KeptFile {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text', { name: 'user_id', select: false })
  userId: string;

  /** What paid for it; null when it was free. */
  @Column('uuid', { name: 'hold_id', nullable: true, select: false })
  holdId: string | null;

  @Column('text')
  filename: string;

  @Column('bigint', { transformer: { to: (value: number) => value, from: Number } })
  bytes: number;

  @Column('text')
  sha256: string;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;
}
