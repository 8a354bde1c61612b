import type { ComponentChildren } from 'preact';

/** A message in the flow of the page; bad ones are read out at once. */
export function Notice({ tone, children }: { tone: 'plain' | 'good' | 'bad'; children: ComponentChildren }) {
  return (
    <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {children}
    </div>
  );
}
