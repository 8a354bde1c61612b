/** A file made to end the process that reads it. */
export interface HostileFile {
  name: string;
  route: string;
  quick?: boolean;
  /** Formats it is exported to, if it was accepted. */
  exports?: string[];
  make: () => Buffer | Promise<Buffer>;
}

export const catalogue: HostileFile[];
