import { Column, Entity } from 'typeorm';
import { KeptFile } from './kept-file.entity.js';

export const EXPORT_FORMATS = ['txt', 'json', 'docx', 'pdf', 'zip'] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

@Entity({ schema: 'library', name: 'exports' })
export class Export extends KeptFile {
  @Column('text')
  format: ExportFormat;

  @Column('text')
  title: string;
}
