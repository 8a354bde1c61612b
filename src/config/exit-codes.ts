// Exit codes, from sysexits.h, which supervisors understand. 64: the command does not know its arguments. 65: a file
// it was given is wrong. 69: try again later. 78: do not restart; somebody has to change something.

export const EXIT_USAGE = 64;
export const EXIT_DATA = 65;
export const EXIT_UNAVAILABLE = 69;
export const EXIT_CONFIGURATION = 78;
