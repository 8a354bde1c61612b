import { Column, CreateDateColumn, PrimaryColumn } from 'typeorm';

/** The columns that every shelf's rows have. */
export abstract class KeptFile {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text', { name: 'user_id', select: false })
  userId: string;

  /** The hold that paid for it; null: it was free. */
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
