/** A chapter of the documentation. */
export interface Tag {
  name: string;
  description: string;
}

/** In the order in which they are shown. A feature may add its own, which is shown before the last two. */
export const TAGS = {
  credits: {
    name: 'Credits',
    description: 'What a user has, what things cost and where every credit went. Free, and possible at zero.',
  },
  uploads: {
    name: 'Uploads',
    description:
      'Paid: the credits are held before a byte of the file is read, and charged when it is stored.',
  },
  exports: {
    name: 'Exports',
    description: 'Documents and recordings in another form: `txt` and `json` free, the others paid.',
  },
  library: {
    name: 'Library',
    description: 'What is stored. Somebody else’s is as unknown as what never was.',
  },
  admin: {
    name: 'Admin',
    description: 'For operators, with `app_metadata.role = "admin"` in their token.',
  },
  operation: { name: 'Operation', description: 'For monitoring.' },
} as const satisfies Record<string, Tag>;
