import { useEffect, useState } from 'preact/hooks';
import { request } from '../api/call.js';
import type { Recording } from '../api/types.js';
import { ActionButton } from '../parts/action-button.js';
import { Icon } from '../parts/icon.js';
import { useAction } from '../parts/use-action.js';
import { duration, moment } from '../parts/words.js';
import { LibraryRow, type RowProps } from './library-row.js';
import { written } from '../parts/legible.js';

export function RecordingRow({ recording, ...row }: { recording: Recording } & RowProps) {
  const { id, filename, container, durationSeconds, createdAt } = recording;
  const [sound, setSound] = useState<string | null>(null);
  const playing = useAction();
  useEffect(() => () => URL.revokeObjectURL(sound ?? ''), [sound]);
  // An audio element could not send the bearer, so the page fetches the file for it.
  const play = async () =>
    setSound(URL.createObjectURL(await (await request(`/api/audio/${id}/file`)).blob()));
  return (
    <LibraryRow
      {...row}
      shelf="recordings"
      path={`/api/audio/${id}`}
      title={filename}
      facts={`${container.toUpperCase()} · ${duration(durationSeconds)} · ${moment(createdAt)}`}
      actions={
        sound === null && (
          <ActionButton
            class="quiet"
            action={playing}
            busy="Fetching…"
            aria-label={`Play ${row.name}`}
            onClick={() => playing.run(play)}
          >
            <Icon name="play" /> Play
          </ActionButton>
        )
      }
    >
      {sound !== null && <audio controls autoplay src={sound} aria-label={written(filename)} />}
    </LibraryRow>
  );
}
