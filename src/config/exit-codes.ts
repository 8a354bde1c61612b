// What the process says when it cannot start, in the numbers of sysexits.h that supervisors understand:
// 78 means "do not restart me, somebody has to change something", 69 means "try me again later", 64 that a
// command was called with arguments it does not know, 65 that a file it was given is wrong.

export const EXIT_USAGE = 64;
export const EXIT_DATA = 65;
export const EXIT_UNAVAILABLE = 69;
export const EXIT_CONFIGURATION = 78;
