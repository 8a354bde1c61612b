import { Column, Entity } from 'typeorm';
import { KeptFile } from './kept-file.entity.js';

export interface Heading {
  level: number;
  text: string;
}

@Entity({ schema: 'library', name: 'documents' })
export class Document extends KeptFile {
  @Column('text')
  kind: 'txt' | 'docx';

  @Column('text')
  title: string;

  @Column('text', { nullable: true })
  encoding: string | null;

  @Column('int')
  characters: number;

  @Column('int')
  words: number;

  @Column('int')
  paragraphs: number;

  /** Of the blocks read from it, as they are stored. */
  @Column('bigint', { name: 'blocks_bytes', select: false, default: 0 })
  blocksBytes: number;

  @Column('jsonb')
  headings: Heading[];
}
