import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

const bigintAsNumber = { to: (value: number) => value, from: Number };

export interface Heading {
  level: number;
  text: string;
}

@Entity({ schema: 'library', name: 'documents' })
export class Document {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text', { name: 'user_id', select: false })
  userId: string;

  @Column('uuid', { name: 'hold_id', nullable: true, select: false })
  holdId: string | null;

  @Column('text')
  kind: 'txt' | 'docx';

  @Column('text')
  title: string;

  @Column('text')
  filename: string;

  @Column('bigint', { transformer: bigintAsNumber })
  bytes: number;

  @Column('text')
  sha256: string;

  @Column('text', { nullable: true })
  encoding: string | null;

  @Column('int')
  characters: number;

  @Column('int')
  words: number;

  @Column('int')
  paragraphs: number;

  @Column('jsonb')
  headings: Heading[];

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;
}
