import { useRef, useState } from 'preact/hooks';
import { Answered } from '../parts/answered.js';
import { Icon } from '../parts/icon.js';
import { Price } from '../parts/price.js';
import { actionName } from '../parts/words.js';
import { FILE_KINDS, type FileKind } from './file-kind.js';
import { bring, offered } from './offer.js';
import { QuoteBar } from './quote-bar.js';
import { useCommon } from '../state/common.js';
import { priceList } from '../state/prices.js';
import { useStore } from '../state/store.js';

/** Choosing or dropping a file starts it, so what it costs stands on the way to choosing it. */
export function DropZone() {
  const input = useRef<HTMLInputElement>(null);
  const [chosenAs, setChosenAs] = useState<FileKind | null>(null);
  const [isOver, setOver] = useState(false);
  const offer = useStore(offered);
  const choose = (kind: FileKind) => {
    setChosenAs(kind);
    input.current!.accept = FILE_KINDS[kind].accept;
    input.current!.click();
  };
  const take = ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
    bring([...(currentTarget.files ?? [])], chosenAs);
    // The same file chosen again is a change again.
    currentTarget.value = '';
  };
  return (
    <section
      class={`card drop paperless ${isOver ? 'over' : ''}`}
      aria-labelledby="bring"
      onDragOver={() => setOver(true)}
      onDragLeave={() => setOver(false)}
      onDrop={({ dataTransfer }) => {
        setOver(false);
        bring([...(dataTransfer?.files ?? [])], null);
      }}
    >
      <h2 id="bring">Bring recordings, texts or Word documents</h2>
      <p class="soft">
        Drop files here, or choose; several at once are fine. A few start as soon as they are chosen, many are
        asked about.
      </p>
      <Answered answer={useCommon(priceList)} what="What things cost" isQuiet />
      <input ref={input} type="file" name="file" multiple hidden aria-label="Files" onChange={take} />
      <div class="kinds">
        {(Object.keys(FILE_KINDS) as FileKind[]).map((kind) => (
          <button key={kind} type="button" class="kind" onClick={() => choose(kind)}>
            <Icon name={FILE_KINDS[kind].icon} />
            <span class="named">
              <span class="name">{actionName(FILE_KINDS[kind].action)}</span>
              <span class="formats">{FILE_KINDS[kind].formats}</span>
            </span>
            <Price action={FILE_KINDS[kind].action} />
          </button>
        ))}
      </div>
      {offer !== null && <QuoteBar offer={offer} />}
    </section>
  );
}
