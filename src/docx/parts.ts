import { corrupt, unsupported, type DocxPackage } from './package.js';
import { readXml } from './xml.js';

const MAIN_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';

/** Of relationships; a document has a dozen. */
const MAX_KINDS = 1_000;

/** Where in the package everything is that a document is made of. */
export interface DocumentParts {
  main: string;
  styles?: string;
  numbering?: string;
  footnotes?: string;
  endnotes?: string;
  coreProperties?: string;
}

/** @throws FileRefusal unsupported_file_type for any other Office file, or a ZIP that is none */
export async function findParts(parts: DocxPackage): Promise<DocumentParts> {
  if (!parts.has('[Content_Types].xml') || !parts.has('_rels/.rels'))
    throw unsupported('This ZIP is not a DOCX file.');
  const ofPackage = await relationshipsOf(parts, '');
  const main = ofPackage.get('officeDocument');
  if (main === undefined || (await contentTypeOf(parts, main)) !== MAIN_TYPE) {
    throw unsupported('This is an Office file, but not a DOCX.');
  }
  if (!parts.has(main)) throw corrupt('The document itself is missing from the file.');
  const ofMain = await relationshipsOf(parts, main);
  const found: DocumentParts = { main };
  for (const kind of ['styles', 'numbering', 'footnotes', 'endnotes'] as const) {
    const name = ofMain.get(kind);
    if (name !== undefined && parts.has(name)) found[kind] = name;
  }
  const core = ofPackage.get('core-properties');
  if (core !== undefined && parts.has(core)) found.coreProperties = core;
  return found;
}

/** Parts by the last word of their relationship. What lies outside the package is never followed. */
async function relationshipsOf(parts: DocxPackage, source: string): Promise<Map<string, string>> {
  const [, folder = '', file = ''] = /^(.*\/)?([^/]*)$/.exec(source) ?? [];
  const name = `${folder}_rels/${file}.rels`;
  const found = new Map<string, string>();
  if (!parts.has(name)) return found;
  await readXml(parts, name, {
    open(element) {
      if (element.name !== 'Relationship' || element.attribute('TargetMode') === 'External') return;
      const kind = element.attribute('Type')?.split('/').at(-1) ?? '';
      const target = element.attribute('Target') ?? '';
      if (!found.has(kind) && found.size < MAX_KINDS) found.set(kind, resolve(folder, target));
    },
  });
  return found;
}

function resolve(folder: string, target: string): string {
  const steps: string[] = [];
  for (const step of (target.startsWith('/') ? target : `${folder}${target}`).split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.join('/');
}

async function contentTypeOf(parts: DocxPackage, name: string): Promise<string | undefined> {
  const extension = name.split('.').at(-1)?.toLowerCase();
  let byExtension: string | undefined;
  let byName: string | undefined;
  await readXml(parts, '[Content_Types].xml', {
    open(element) {
      const type = element.attribute('ContentType');
      const isName = element.attribute('PartName')?.toLowerCase() === `/${name}`.toLowerCase();
      if (element.name === 'Override' && isName) byName = type;
      const isExtension = element.attribute('Extension')?.toLowerCase() === extension;
      if (element.name === 'Default' && isExtension) byExtension = type;
    },
  });
  return byName ?? byExtension;
}
