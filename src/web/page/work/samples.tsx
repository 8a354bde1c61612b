import { ActionButton } from '../parts/action-button.js';
import { priceWords, usePrice } from '../parts/price.js';
import { useAction } from '../parts/use-action.js';
import { FILE_KINDS, type FileKind } from './file-kind.js';
import { addFiles } from './jobs.js';

const SAMPLES: { kind: FileKind; file: string; name: string }[] = [
  { kind: 'audio', file: 'evening-bell.wav', name: 'a bell' },
  { kind: 'txt', file: 'the-lighthouse.txt', name: 'a chapter' },
  { kind: 'docx', file: 'reading-notes.docx', name: 'a Word document' },
];

/** For a user without a file at hand: one click, at the price of any other file. */
export function Samples() {
  return (
    <section class="samples paperless" aria-label="Samples">
      <span>No file at hand? Try</span>
      {SAMPLES.map((sample) => (
        <Sample key={sample.file} {...sample} />
      ))}
    </section>
  );
}

function Sample({ kind, name, file }: (typeof SAMPLES)[number]) {
  const price = usePrice(FILE_KINDS[kind].action);
  const bringing = useAction();
  return (
    <ActionButton
      class="chip"
      action={bringing}
      busy="Fetching it…"
      onClick={() => bringing.run(() => bring(file))}
    >
      {name} <span class="soft">{priceWords(price)}</span>
    </ActionButton>
  );
}

async function bring(file: string): Promise<void> {
  const response = await fetch(`/samples/${file}`);
  if (!response.ok) throw new Error('The sample is not there.');
  addFiles([new File([await response.blob()], file)]);
}
