const PREMIUM = 'premium_export';

export interface Format {
  format: string;
  name: string;
  /** Null is free. */
  action: string | null;
  takesRecordings?: true;
}

export const FORMATS: readonly Format[] = [
  { format: 'pdf', name: 'PDF', action: PREMIUM },
  { format: 'docx', name: 'Word', action: PREMIUM },
  { format: 'zip', name: 'ZIP of everything', action: PREMIUM, takesRecordings: true },
  { format: 'txt', name: 'Plain text', action: null },
  { format: 'json', name: 'JSON', action: null, takesRecordings: true },
];
