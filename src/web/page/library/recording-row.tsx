import { useEffect, useState } from 'preact/hooks';
import { request } from '../api/call.js';
import type { Recording } from '../api/types.js';
import { Icon } from '../parts/icon.js';
import { Notice } from '../parts/notice.js';
import { useAction } from '../parts/use-action.js';
import { day, duration } from '../parts/words.js';
import { LibraryRow, type Markable } from './library-row.js';

export function RecordingRow({ recording, ...mark }: { recording: Recording } & Markable) {
  const { id, filename, container, durationSeconds, createdAt } = recording;
  const [sound, setSound] = useState<string | null>(null);
  const { isBusy, trouble, run } = useAction();
  useEffect(() => () => URL.revokeObjectURL(sound ?? ''), [sound]);
  // An audio element could not send the bearer, so the page fetches the file for it.
  const play = () =>
    run(async () => setSound(URL.createObjectURL(await (await request(`/api/audio/${id}/file`)).blob())));
  return (
    <LibraryRow
      {...mark}
      path={`/api/audio/${id}`}
      title={filename}
      facts={`${container.toUpperCase()} · ${duration(durationSeconds)} · ${day(createdAt)}`}
      actions={
        sound === null && (
          <button
            type="button"
            class="quiet"
            disabled={isBusy}
            aria-label={`Play ${filename}`}
            onClick={play}
          >
            <Icon name="play" /> Play
          </button>
        )
      }
    >
      {sound !== null && <audio controls autoplay src={sound} aria-label={filename} />}
      {trouble !== null && <Notice tone="bad">{trouble}</Notice>}
    </LibraryRow>
  );
}
