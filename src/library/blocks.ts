/** A document as its readers share it: the page, the exports, the API. */
export interface Run {
  text: string;
  bold?: true;
  italic?: true;
  underline?: true;
}

export interface Block {
  type: 'paragraph' | 'heading' | 'listItem';
  /** 1 … 9 for headings, 0 … for list items. */
  level?: number;
  ordered?: boolean;
  align?: 'center' | 'right' | 'justify';
  runs: Run[];
}
