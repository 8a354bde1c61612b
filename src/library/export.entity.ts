import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

export const EXPORT_FORMATS = ['txt', 'json', 'docx', 'pdf', 'zip'] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

@Entity({ schema: 'library', name: 'exports' })
export class Export {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text', { name: 'user_id', select: false })
  userId: string;

  /** Null: it was free. */
  @Column('uuid', { name: 'hold_id', nullable: true, select: false })
  holdId: string | null;

  @Column('text')
  format: ExportFormat;

  @Column('text')
  title: string;

  @Column('text')
  filename: string;

  @Column('bigint', { transformer: { to: (value: number) => value, from: Number } })
  bytes: number;

  @Column('text')
  sha256: string;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;
}
