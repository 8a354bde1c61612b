import type { MeasuredPrice } from '../state/prices.js';

/**
 * Numbers, times and names as people read them: in the language of the page, as it is written where the reader is.
 * Another language's digits and signs inside English sentences would be no help.
 */
const language = document.documentElement.lang;
const locale = navigator.languages.find((name) => name.split('-')[0] === language) ?? language;
const numbers = new Intl.NumberFormat(locale);
const oneDigit = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
/** Never rounded up: nobody is shown more than there is. */
const compact = new Intl.NumberFormat(locale, {
  notation: 'compact',
  maximumFractionDigits: 2,
  roundingMode: 'trunc',
});
const signed = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero' });
const moments = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
const instants = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
const days = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
const shortDays = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });

const WORTH_SHORTENING = 10_000_000;

export const number = (value: number): string => numbers.format(value).replace('-', '−');
/** For a place of fixed size; the whole figure stands elsewhere. */
export const shortNumber = (value: number): string =>
  Math.abs(value) < WORTH_SHORTENING ? number(value) : compact.format(value).replace('-', '−');
export const signedNumber = (value: number): string => signed.format(value).replace('-', '−');
/** An amount in minor units, as money of its currency is written. */
export function money(amount: number, currency: string): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits!);
}
export const moment = (time: string): string => moments.format(new Date(time));
/** To the second, where several things happen in a minute. */
export const instant = (time: string): string => instants.format(new Date(time));
export const day = (time: string | number): string => days.format(new Date(time));
export const shortDay = (time: Date): string => shortDays.format(time);
const NEAR_MS = 36 * 3_600_000;
/** To the second: of today the time is enough. */
export const until = (time: string, now = new Date()): string =>
  new Date(time).toDateString() === now.toDateString() ? clock.format(new Date(time)) : instant(time);
/** A day, and the time on it where that is near. */
export const deadline = (time: string, now = Date.now()): string =>
  Date.parse(time) - now < NEAR_MS ? moment(time) : day(time);
/** Chapter 9 before chapter 10. */
export const inNaturalOrder = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' }).compare;

export function credits(amount: number): string {
  return counted(amount, 'credit');
}

/** A price by what is measured: “2 credits a minute, at least 2”. */
export function ratesInWords({ rates, atLeast }: Pick<MeasuredPrice, 'rates' | 'atLeast'>): string {
  const each = rates.map((rate) => `${credits(rate.credits)} ${per(rate)}`).join(' and ');
  return atLeast > 0 ? `${each}, at least ${number(atLeast)}` : each;
}

const LENGTHS: Record<number, string> = { 1: 'a second', 60: 'a minute', 3600: 'an hour' };

function per({ per, unit }: MeasuredPrice['rates'][number]): string {
  const length = unit === 'second' ? LENGTHS[per] : undefined;
  return (
    length ?? `per ${per === 1 ? sentence(unit).toLowerCase() : counted(per, sentence(unit).toLowerCase())}`
  );
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

/** How long something took, as short as it may be. */
export function between(from: string, to: string): string {
  const seconds = Math.max(0, Date.parse(to) - Date.parse(from)) / 1000;
  return seconds < 60 ? `${oneDigit.format(seconds)} s` : duration(seconds);
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

/** Each by a name of its own, for those who hear the names of buttons one after another: the second “Tea” is “Tea (2)”. */
export function apart(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
}
