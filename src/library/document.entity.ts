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

  @Column('jsonb')
  headings: Heading[];
}
