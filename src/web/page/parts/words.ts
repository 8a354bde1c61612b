/** Numbers, times and names as people read them, in their own locale. */
const numbers = new Intl.NumberFormat();
const oneDigit = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const signed = new Intl.NumberFormat(undefined, { signDisplay: 'exceptZero' });
const moments = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

export const number = (value: number): string => numbers.format(value);
export const signedNumber = (value: number): string => signed.format(value);
export const moment = (time: string): string => moments.format(new Date(time));
export const day = (time: string | number): string => days.format(new Date(time));
export const timeOfDay = (time: string): string => clock.format(new Date(time));

export function credits(amount: number): string {
  return counted(amount, 'credit');
}

export function counted(amount: number, noun: string): string {
  return `${number(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}

export function bytes(amount: number): string {
  if (amount < 1000) return counted(amount, 'byte');
  const steps = ['kB', 'MB', 'GB'];
  const step = Math.min(steps.length, Math.floor(Math.log10(amount) / 3));
  return `${oneDigit.format(amount / 1000 ** step)} ${steps[step - 1]}`;
}

export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [hours, ...rest] = parts as [number, number, number];
  const shown = hours > 0 ? [hours, ...rest.map(twoDigits)] : [rest[0], twoDigits(rest[1])];
  return shown.join(':');
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

const ACTIONS: Record<string, string> = {
  audio_upload: 'Recording',
  txt_upload: 'Text',
  docx_processing: 'Word document',
  premium_export: 'Export',
};

/** An action an operator priced has no name of its own here: `text_to_speech` reads “Text to speech”. */
export function actionName(action: string | null): string {
  return action === null ? '' : (ACTIONS[action] ?? sentence(action));
}

/** A code as words: `file_corrupt` reads “File corrupt”. */
export function sentence(code: string): string {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A sentence of its own as part of another. */
export function inner(text: string): string {
  const isName = /^[A-Z]{2}/.test(text);
  return isName ? text : text.charAt(0).toLowerCase() + text.slice(1);
}
