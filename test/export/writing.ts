import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { readDocx } from '../../src/docx/read-docx.js';
import type { DocumentSource, ExportJob } from '../../src/export/export-job.js';
import { writeExport } from '../../src/export/write-export.js';
import type { Block } from '../../src/library/blocks.js';
import type { ExportFormat } from '../../src/library/export.entity.js';

/** Exports made without a server around them. */
export class Writing {
  readonly folder = mkdtempSync(join(tmpdir(), 'creditgate-export-'));
  #files = 0;

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private place(): string {
    this.#files += 1;
    return join(this.folder, String(this.#files));
  }

  source(blocks: Block[], facts: Partial<DocumentSource> = {}): DocumentSource {
    const json = Buffer.from(JSON.stringify(blocks));
    return {
      id: '0193f000-0000-7000-8000-000000000000',
      kind: 'docx',
      title: 'The Sea',
      filename: 'sea.docx',
      bytes: 1,
      sha256: '',
      encoding: null,
      characters: 1,
      words: 1,
      paragraphs: blocks.length,
      headings: [],
      createdAt: new Date('2026-11-01T12:00:00Z'),
      blocks: { stream: () => Readable.from([json]), read: () => Promise.resolve(json) },
      ...facts,
    };
  }

  write(format: ExportFormat, job: Partial<ExportJob>): Promise<Buffer> {
    const whole = { title: 'The Sea', documents: [], recordings: [], ...job, format };
    return buffer(writeExport(whole, () => {}));
  }

  /** What our own reader finds in a DOCX. */
  async read(bytes: Uint8Array): Promise<{ title: string; blocks: Block[] }> {
    const path = this.place();
    writeFileSync(path, bytes);
    const { title, blocks } = await readDocx(path);
    return { title, blocks: JSON.parse(Buffer.from(blocks).toString()) as Block[] };
  }
}
