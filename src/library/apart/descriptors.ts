/** The files that a process apart is born with. */
export const INPUT = 3;
export const OUTPUT = 4;
