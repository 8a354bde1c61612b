/**
 * Makes src/upload/encoding/letter-pairs.ts and sign-bands.ts from word lists: a folder of files like de.txt with lines
 * `word count`. The tables in the tree were made from the lists of the 50,000 most frequent words of OpenSubtitles 2018
 * (Japanese: 2016) in Hermit Dave's FrequencyWords (CC BY-SA 4.0), and for Belarusian from the words of the
 * Universal Declaration of Human Rights. Only how often letters follow each other is kept, no word.
 *
 *   node scripts/encoding-tables.mjs FOLDER && npx prettier --write src/upload/encoding
 */
import { readFileSync, writeFileSync } from 'node:fs';

const [folder] = process.argv.slice(2);
/** The letters of each language beyond ASCII, those of its usual foreign words too: the lists have misread ones. */
const LATIN = {
  ca: 'àáçèéíïòóúü',
  cs: 'áéíóúýčďěňřšťůž',
  da: 'åæéø',
  de: 'ßàäéöü',
  en: 'éèïçñöü',
  es: 'áéíñóúü',
  et: 'äõöüšž',
  fi: 'äåéö',
  fr: 'àâæçèéêëîïôùûüÿœ',
  hr: 'ćčđšž',
  hu: 'áéíóöúüőű',
  is: 'áæéíðóöúýþ',
  it: 'àáèéìíîòóùú',
  lt: 'ąčėęįšūųž',
  lv: 'āčēģīķļņšūž',
  nl: 'áàèéêëïóöü',
  no: 'åæéòôø',
  pl: 'óąćęłńśźż',
  pt: 'àáâãçéêíóôõúü',
  ro: 'âîăşţșț',
  sk: 'áäéíóôúýčďĺľňŕšťž',
  sl: 'ćčšž',
  sq: 'çë',
  sv: 'àäåéö',
  tr: 'âçîöûüğış',
  vi: 'àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ\u0300\u0301\u0303\u0309\u0323',
};
const OTHERS = {
  ar: 'ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيًٌٍَُِّْ',
  be: 'абвгдежзйклмнопрстуфхцчшыьэюяёіў',
  bg: 'абвгдежзийклмнопрстуфхцчшщъьюя',
  el: 'ΐάέήίαβγδεζηθικλμνξοπρςστυφχψωϊϋόύώ',
  fa: 'ءآأؤئابتثجحخدذرزسشصضطظعغفقكلمنهوىيًپچژکگی',
  he: 'אבגדהוזחטיךכלםמןנסעףפץצקרשת',
  mk: 'абвгдежзиклмнопрстуфхцчшѓѕјљњќџ',
  ru: 'абвгдежзийклмнопрстуфхцчшщъыьэюяё',
  sr: 'абвгдежзиклмнопрстуфхцчшђјљњћџ',
  th: 'กขคฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรฤลวศษสหฬอฮฯะัาำิีึืฺุูเแโใไๅๆ็่้๊๋์',
  uk: 'абвгдежзийклмнопрстуфхцчшщьюяєіїґ',
};
const SIGNS = { ja: 1200, ko: 1000, zh_cn: 1500, zh_tw: 1500 };
const STEPS_PER_NAT = 4;
const LAST_STEP = 39;

/** Serbian is listed in Latin letters and written in both. */
const CYRILLIC = Object.entries({ dž: 'џ', lj: 'љ', nj: 'њ' }).concat(
  [...'abvgdđežzijklmnoprstćufhcčš'].map((letter, index) => [
    letter,
    [...'абвгдђежзијклмнопрстћуфхцчш'][index],
  ]),
);

function wordsOf(language) {
  return readFileSync(`${folder}/${language}.txt`, 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([word, count]) => word !== '' && Number(count) > 0)
    .map(([word, count]) => [word.normalize('NFC').toLowerCase(), Number(count)]);
}

/** As windows-1258 writes it: the tones stand behind their letters. Some programs leave five letters whole. */
function tonesApart(word) {
  return [...word]
    .map((letter) =>
      letter.normalize('NFD').replace(/^(.)(\p{M}*)$/u, (_, base, marks) => {
        const tone = marks.replace(/[\u0302\u0306\u031b]/g, '');
        return (base + marks.replace(/[\u0300\u0301\u0303\u0309\u0323]/g, '')).normalize('NFC') + tone;
      }),
    )
    .join('');
}

function spelled(language, words) {
  if (language === 'vi')
    return words.flatMap(([word, count]) => [
      [word, count / 8],
      [tonesApart(word), count],
    ]);
  // Icelandic subtitles were often read in the wrong encoding, Romanian ones have cedillas and commas.
  if (language === 'is') return words.map(([word, count]) => [word.replaceAll('đ', 'ð'), count]);
  if (language === 'ro') {
    const comma = (word) => word.replaceAll('ş', 'ș').replaceAll('ţ', 'ț');
    const cedilla = (word) => word.replaceAll('ș', 'ş').replaceAll('ț', 'ţ');
    return words.flatMap(([word, count]) => [
      [comma(word), count],
      [cedilla(word), count],
    ]);
  }
  if (language !== 'sr') return words;
  return words.map(([word, count]) => [
    CYRILLIC.reduce((text, [from, to]) => text.replaceAll(from, to), word),
    count,
  ]);
}

/** Row by row: how improbable a letter (column) is behind another one (row), in quarters of a nat from '0' on. */
function pairsOf(language) {
  const words = spelled(language, wordsOf(language));
  const letters = (language in LATIN ? 'abcdefghijklmnopqrstuvwxyz' : '') + { ...LATIN, ...OTHERS }[language];
  const alphabet = [' ', ...letters];
  const counts = alphabet.map(() => alphabet.map(() => 0));
  for (const [word, count] of words) {
    let before = 0;
    for (const letter of `${word} `) {
      const index = alphabet.indexOf(letter);
      if (index >= 0 && before >= 0) counts[before][index] += count;
      before = index;
    }
  }
  const total = counts.flat().reduce((sum, count) => sum + count, 0);
  const alone = alphabet.map((_, column) => counts.reduce((sum, row) => sum + row[column], 0) / total);
  const shares = counts.map((row) => {
    const all = row.reduce((sum, count) => sum + count, 0) || 1;
    return row.map((count, column) => 0.995 * (count / all) + 0.005 * alone[column]);
  });
  // Thai words stand in a list one by one and in a text without a space between them.
  const through = language === 'th' ? (row, column) => shares[row][0] * shares[0][column] : () => 0;
  const cells = shares.flatMap((row, index) =>
    row.map((share, column) => stepOf(share + through(index, column))),
  );
  return [letters, cells.join('')];
}

function stepOf(share) {
  const step = Math.min(LAST_STEP, Math.round(-Math.log(share) * STEPS_PER_NAT));
  return String.fromCharCode(48 + step);
}

/** The most frequent signs in bands half a nat wide, from the frequent to the rare. */
function bandsOf(language, most) {
  const counts = new Map();
  let total = 0;
  for (const [word, count] of wordsOf(language)) {
    for (const sign of word.replace(
      /[^\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}ー々〆]/gu,
      '',
    )) {
      counts.set(sign, (counts.get(sign) ?? 0) + count);
      total += count;
    }
  }
  const ranked = [...counts].sort((one, other) => other[1] - one[1]).slice(0, most);
  const bands = [];
  for (const [sign, count] of ranked) {
    const band = Math.floor(-Math.log(count / total) * 2);
    bands[band] = (bands[band] ?? '') + sign;
  }
  return Array.from(bands, (band) => band ?? '');
}

function write(name, comment, type, table) {
  const lines = Object.entries(table).map(([key, value]) => `  ${key}: ${JSON.stringify(value)},`);
  writeFileSync(
    `src/upload/encoding/${name}.ts`,
    `// Made by scripts/encoding-tables.mjs, which tells from what. Do not edit.\n/** ${comment} */\nexport const ${type} = {\n${lines.join('\n')}\n};\n`,
  );
}

write(
  'letter-pairs',
  'Of each language its letters, and how improbable each is behind each other one (a space is the first): see the script.',
  'LETTER_PAIRS: Record<string, readonly string[]>',
  Object.fromEntries(Object.keys({ ...LATIN, ...OTHERS }).map((language) => [language, pairsOf(language)])),
);
write(
  'sign-bands',
  'Of each language its most frequent signs, in bands half a nat wide from improbability 0 on.',
  'SIGN_BANDS: Record<string, readonly string[]>',
  Object.fromEntries(Object.entries(SIGNS).map(([language, most]) => [language, bandsOf(language, most)])),
);
