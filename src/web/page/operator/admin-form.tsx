import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ActionButton } from '../parts/action-button.js';
import { Notice } from '../parts/notice.js';
import { useAction } from '../parts/use-action.js';
import { useAdminAct, type Method } from './use-admin-act.js';
import { Written } from '../parts/written.js';
import { isSameToRead } from '../parts/legible.js';

interface AdminFormProps<T> {
  path: string;
  method?: Method;
  toBody: (form: FormData) => object;
  /** What has to be typed again before something as large as this is done; null where nothing has to. */
  toConfirm?: (form: FormData) => string | null;
  /** What it would come to, while it is filled in. */
  preview?: (form: FormData) => string | null;
  /** What to say when it is done; null where what is done shows itself. */
  onDone: (answer: T) => string | null;
  /** What the form is about, for people who cannot see which form a field is in: “the grant”. */
  of: string;
  submit: string;
  busy: string;
  tone?: 'danger';
  children?: ComponentChildren;
}

/** Whatever an operator does has a reason, which stays in the ledger with the operator's name. */
export function AdminForm<T>({
  path,
  method = 'POST',
  toBody,
  toConfirm,
  preview,
  onDone,
  ...shown
}: AdminFormProps<T>) {
  const { of, submit, busy, tone, children } = shown;
  const act = useAdminAct<T>(path, method);
  const acting = useAction();
  const [done, setDone] = useState<string | null>(null);
  const [asked, setAsked] = useState<string | null>(null);
  // What is filled in and not what it comes to: the wallet may arrive, or change, after the amount was typed.
  const [draft, setDraft] = useState<FormData | null>(null);
  const shownForm = useRef<HTMLFormElement>(null);
  // An amount may stand there from the beginning.
  useEffect(() => setDraft(new FormData(shownForm.current!)), []);
  const foreseen = draft === null ? null : (preview?.(draft) ?? null);
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const filled = new FormData(form);
    setDone(null);
    const wanted = toConfirm?.(filled) ?? null;
    if (wanted !== null && !isSameToRead(typed(filled), wanted)) return setAsked(wanted);
    filled.delete(CONFIRMATION);
    setAsked(null);
    acting.run(async () => {
      setDone(onDone(await act(toBody(filled))));
      setDraft(null);
      form.reset();
    });
  };
  return (
    <form
      ref={shownForm}
      onSubmit={onSubmit}
      onInput={({ currentTarget }) => setDraft(new FormData(currentTarget))}
    >
      {children}
      <label>
        Reason
        <input name="reason" aria-label={`Reason for ${of}`} required maxLength={500} autocomplete="off" />
      </label>
      {foreseen !== null && (
        <p class="soft" role="status">
          {foreseen}
        </p>
      )}
      {asked !== null && <Confirmation wanted={asked} />}
      <ActionButton type="submit" class={tone} action={acting} busy={busy}>
        {submit}
      </ActionButton>
      {done !== null && <Notice tone="good">{done}</Notice>}
    </form>
  );
}

const CONFIRMATION = 'confirmation';

function typed(form: FormData): string {
  const value = form.get(CONFIRMATION);
  return typeof value === 'string' ? value : '';
}

function Confirmation({ wanted }: { wanted: string }) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <label class="confirmation">
      <span>
        Type{' '}
        <strong>
          <Written text={wanted} />
        </strong>{' '}
        to go on
      </span>
      <input ref={field} name={CONFIRMATION} required autocomplete="off" spellcheck={false} />
    </label>
  );
}

/** From here on an amount is typed twice, as on the command line. */
const LARGE_CREDITS = 10_000;

export function ifLarge(form: FormData): string | null {
  const amount = Number(form.get('amount'));
  return Math.abs(amount) >= LARGE_CREDITS ? String(amount) : null;
}

/** What of a form was filled in: texts, and numbers where the field is one. */
export function filledIn(form: FormData, numbers: readonly string[] = []): Record<string, string | number> {
  const filled = [...form.entries()].filter(([, value]) => typeof value === 'string' && value.trim() !== '');
  return Object.fromEntries(
    filled.map(([name, value]) => [name, numbers.includes(name) ? Number(value) : (value as string).trim()]),
  );
}

/** A local date and time of a form as the API wants it. */
export function asTime(local: unknown): { expiresAt: string } | undefined {
  return typeof local === 'string' ? { expiresAt: new Date(local).toISOString() } : undefined;
}
