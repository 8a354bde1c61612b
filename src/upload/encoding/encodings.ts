/**
 * The legacy encodings that are tried, by what is written in them, each with what speaks against it before a byte is
 * seen (in nats: 3 is twenty times as rare). Those that agree about a text do not compete.
 */
export type Script = 'latin' | 'cyrillic' | 'greek' | 'hebrew' | 'arabic' | 'thai';

export interface SingleByteEncoding {
  name: string;
  script: Script;
  rarity: number;
}

const BY_SCRIPT: Record<Script, Record<string, number>> = {
  latin: {
    'windows-1252': 0,
    'windows-1250': 1.5,
    'windows-1254': 1.5,
    'windows-1257': 2,
    'windows-1258': 2,
    'iso-8859-2': 2,
    'iso-8859-15': 2,
    'iso-8859-9': 2.5,
    'iso-8859-13': 3,
    'iso-8859-4': 4,
    'iso-8859-16': 4,
    macintosh: 2,
    cp437: 2,
    cp850: 2,
    cp852: 2,
    cp858: 3,
    cp857: 3,
    cp775: 3,
    cp860: 4,
    cp861: 4,
    cp863: 4,
    cp865: 4,
    'x-mac-ce': 3,
    'x-mac-turkish': 3,
    'x-mac-croatian': 4,
    'x-mac-romanian': 4,
    'x-mac-icelandic': 4,
  },
  cyrillic: {
    'windows-1251': 0,
    'koi8-r': 0.5,
    'koi8-u': 1,
    'iso-8859-5': 1.5,
    cp866: 1,
    'x-mac-cyrillic': 2,
    cp855: 3,
    cp1125: 3,
  },
  greek: { 'windows-1253': 0, 'iso-8859-7': 1, cp737: 2, cp869: 3, 'x-mac-greek': 3 },
  hebrew: { 'windows-1255': 0, 'iso-8859-8': 1, cp862: 2 },
  arabic: { 'windows-1256': 0, 'iso-8859-6': 1, cp720: 3 },
  thai: { 'windows-874': 0, 'x-mac-thai': 4 },
};

export const SINGLE_BYTE_ENCODINGS: readonly SingleByteEncoding[] = Object.entries(BY_SCRIPT).flatMap(
  ([script, rarities]) =>
    Object.entries(rarities).map(([name, rarity]) => ({ name, rarity, script: script as Script })),
);

/** Of two bytes and more a sign. */
export const MULTI_BYTE_ENCODINGS: readonly string[] = ['gb18030', 'big5', 'shift_jis', 'euc-jp', 'euc-kr'];
