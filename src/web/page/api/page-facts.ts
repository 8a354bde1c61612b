import { useAnswer, type Loadable } from './use-answer.js';

/** What the page has to know of this installation. */
export interface PageFacts {
  topUpUrl: string | null;
  /** Somebody tries it out: tokens come from the program itself. */
  isDemo: boolean;
}

export function usePageFacts(): Loadable<PageFacts> {
  return useAnswer<PageFacts>('/page.json');
}
