import { download } from '../api/download.js';
import { reportOf } from '../api/problem.js';
import { ActionButton } from '../parts/action-button.js';
import { CopyButton } from '../parts/copy-button.js';
import { Icon } from '../parts/icon.js';
import { once } from '../parts/once.js';
import { useAction } from '../parts/use-action.js';
import { credits } from '../parts/words.js';
import { hrefOf } from '../state/place.js';
import type { Job, JobResult } from './job.js';
import { beginAnew, drop, tryAgain } from './jobs.js';
import { cancel } from './runner.js';

/** What one can do about it now. */
export function JobActions({ job: { id, state }, name }: { job: Job; name: string }) {
  const close = (does: string, act: (id: string) => void) => (
    <button type="button" class="quiet" aria-label={`${does} ${name}`} onClick={() => act(id)}>
      {does}
    </button>
  );
  switch (state.is) {
    case 'waiting':
    case 'sending':
      return <div class="actions">{close('Cancel', cancel)}</div>;
    case 'working':
      return null;
    case 'done':
      return (
        <div class="actions">
          <Fetch outcome={state.outcome} name={name} />
          {close('Clear', drop)}
        </div>
      );
    case 'refused':
      return (
        <div class="actions">
          <Report trouble={state.refusal} name={name} />
          {close('Clear', drop)}
        </div>
      );
    case 'cancelled':
      return <div class="actions">{close('Clear', drop)}</div>;
    case 'short':
      return <div class="actions">{close('Give up', drop)}</div>;
    case 'dearer':
      return (
        <div class="actions">
          <button type="button" onClick={once(false, () => beginAnew(id))}>
            Go on for {credits(state.required)}
          </button>
          {close('Give up', drop)}
        </div>
      );
    case 'unsure':
      return <div class="actions">{close('Try again', tryAgain)}</div>;
  }
}

function Report({ trouble, name }: { trouble: Error; name: string }) {
  const report = reportOf(trouble, name);
  if (report === null) return null;
  return (
    <CopyButton text={report} label={`Copy, to report it: ${name}`}>
      Copy, to report it
    </CopyButton>
  );
}

function Fetch({ outcome, name }: { outcome: JobResult; name: string }) {
  const { id, kind, downloadUrl, filename } = outcome;
  const fetching = useAction();
  if (kind !== undefined)
    return (
      <a class="button quiet" href={hrefOf('document', id)} aria-label={`Read what came of ${name}`}>
        Read
      </a>
    );
  if (downloadUrl === undefined) return null;
  return (
    <ActionButton
      action={fetching}
      busy="Fetching…"
      aria-label={`Download ${name}`}
      onClick={() => fetching.run(() => download(downloadUrl, filename ?? 'export'))}
    >
      <Icon name="save" /> Download
    </ActionButton>
  );
}
