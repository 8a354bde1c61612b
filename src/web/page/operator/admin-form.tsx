import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Notice } from '../parts/notice.js';
import { useAction } from '../parts/use-action.js';
import { useAdminAct, type Method } from './use-admin-act.js';

interface AdminFormProps<T> {
  path: string;
  method?: Method;
  /** Undefined when the operator thought better of it. */
  toBody: (form: FormData) => object | undefined;
  /** What to say when it is done. */
  onDone: (answer: T) => string;
  submit: string;
  tone?: 'danger';
  children?: ComponentChildren;
}

/** Whatever an operator does has a reason, which stays in the ledger with the operator's name. */
export function AdminForm<T>({ path, method = 'POST', toBody, onDone, ...shown }: AdminFormProps<T>) {
  const { submit, tone, children } = shown;
  const act = useAdminAct<T>(path, method);
  const { isBusy, trouble, run } = useAction();
  const [done, setDone] = useState<string | null>(null);
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const body = toBody(new FormData(form));
    setDone(null);
    if (body === undefined) return;
    run(async () => {
      setDone(onDone(await act(body)));
      form.reset();
    });
  };
  return (
    <form onSubmit={onSubmit}>
      {children}
      <label>
        Reason
        <input name="reason" required maxLength={500} autocomplete="off" />
      </label>
      <button type="submit" class={tone} disabled={isBusy}>
        {submit}
      </button>
      {trouble !== null && <Notice tone="bad">{trouble}</Notice>}
      {done !== null && <Notice tone="good">{done}</Notice>}
    </form>
  );
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
