import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

interface CopyButtonProps {
  text: string;
  label: string;
  children?: ComponentChildren;
}

export function CopyButton({ text, label, children = 'Copy' }: CopyButtonProps) {
  const [fate, setFate] = useState<string | null>(null);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setFate('Copied'),
      () => setFate('Not copied: mark it and copy it by hand'),
    );
  };
  return (
    <button type="button" class="quiet" aria-label={label} onClick={copy}>
      {fate ?? children}
    </button>
  );
}
