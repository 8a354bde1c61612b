/** Which wallets changed: JSON {"hash of the name": version}; anything else: any of them may have. */
export const WALLETS_CHANNEL = 'credits_wallets';

/** Who changes wallets: an id, which is there, and perhaps one of the words below. */
export const WRITERS_CHANNEL = 'credits_writers';

/** It has told of everything, and changes nothing more. */
export const GONE = 'gone';

/** One of its transactions may be committed now, later or never, and nobody will tell of that. */
export const UNSURE = 'unsure';
