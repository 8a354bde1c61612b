/** Letters in turn: after the last come two of the first, then two of the second (ISO 29500-1, 17.18.59). */
const LETTERS: Record<string, string> = {
  upperLetter: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  lowerLetter: 'abcdefghijklmnopqrstuvwxyz',
  chicago: '*†‡§',
  russianUpper: 'АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЫЭЮЯ',
  russianLower: 'абвгдежзиклмнопрстуфхцчшщыэюя',
  hebrew2: 'אבגדהוזחטיכלמנסעפצקרשת',
  arabicAlpha: 'أبتثجحخدذرزسشصضطظعغفقكلمنهوي',
  arabicAbjad: 'أبجدهوزحطيكلمنسعفصقرشتثخذضظغ',
  thaiLetters: 'กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ',
  hindiVowels: 'कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसह',
  hindiConsonants: 'अआइईउऊऋऌऍऎएऐऑऒओऔ',
  ganada: '가나다라마바사아자차카타파하',
  chosung: 'ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ',
  aiueo: 'ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ',
  aiueoFullWidth:
    'アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン',
  iroha: 'ｲﾛﾊﾆﾎﾍﾄﾁﾘﾇﾙｦﾜｶﾖﾀﾚｿﾂﾈﾅﾗﾑｳヰﾉｵｸﾔﾏｹﾌｺｴﾃｱｻｷﾕﾒﾐｼヱﾋﾓｾｽﾝ',
  irohaFullWidth:
    'イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン',
};

/** Signs for the first few numbers; what comes after them is decimal. */
const SIGNS: Record<string, string> = {
  decimalEnclosedCircle: '①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿',
  decimalEnclosedCircleChinese: '①②③④⑤⑥⑦⑧⑨⑩',
  decimalEnclosedFullstop: '⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛',
  decimalEnclosedParen: '⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇',
  ideographEnclosedCircle: '㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉',
  ideographTraditional: '甲乙丙丁戊己庚辛壬癸',
  ideographZodiac: '子丑寅卯辰巳午未申酉戌亥',
};

/** Other digits in the places of 0 to 9. */
const DIGITS: Record<string, string> = {
  decimalFullWidth: '０１２３４５６７８９',
  decimalFullWidth2: '０１２３４５６７８９',
  ideographDigital: '〇一二三四五六七八九',
  japaneseDigitalTenThousand: '〇一二三四五六七八九',
  taiwaneseDigital: '○一二三四五六七八九',
  koreanDigital: '영일이삼사오육칠팔구',
  koreanDigital2: '零一二三四五六七八九',
  hindiNumbers: '०१२३४५६७८९',
  thaiNumbers: '๐๑๒๓๔๕๖๗๘๙',
};

/** Digits from 0, then the words for ten, hundred and thousand. */
const COUNTED: Record<string, { words: string; zero?: boolean; one?: boolean }> = {
  chineseCounting: { words: '零一二三四五六七八九十百千', zero: true, one: true },
  chineseCountingThousand: { words: '零一二三四五六七八九十百千', zero: true, one: true },
  taiwaneseCounting: { words: '零一二三四五六七八九十百千', zero: true, one: true },
  taiwaneseCountingThousand: { words: '零一二三四五六七八九十百千', zero: true, one: true },
  chineseLegalSimplified: { words: '零壹贰叁肆伍陆柒捌玖拾佰仟', zero: true, one: true },
  ideographLegalTraditional: { words: '零壹貳參肆伍陸柒捌玖拾佰仟', zero: true, one: true },
  japaneseCounting: { words: '〇一二三四五六七八九十百千' },
  japaneseLegal: { words: '零壱弐参四伍六七八九拾百千', one: true },
  koreanCounting: { words: '영일이삼사오육칠팔구십백천' },
};

const ROMAN = Object.entries({
  m: 1000,
  cm: 900,
  d: 500,
  cd: 400,
  c: 100,
  xc: 90,
  l: 50,
  xl: 40,
  x: 10,
  ix: 9,
  v: 5,
  iv: 4,
  i: 1,
});
const HEBREW = [...'אבגדהוזחט', ...'יכלמנסעפצ', ...'קרשת'];
const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = '- - twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const UNLIKE: Record<string, string> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
};

/** Beyond it a number is written in digits: nobody counts so far in letters. */
const MAX_SPELT = 3_999;

/** A number as a list writes it; `none` is nothing, and a format that nobody knows is decimal. */
export function formatNumber(number: number, format: string): string {
  if (format === 'none' || format === 'bullet') return '';
  const padding = /^custom (0*)1\b/.exec(format)?.[1];
  if (padding !== undefined) return String(number).padStart(padding.length + 1, '0');
  if (format === 'decimalZero') return String(number).padStart(2, '0');
  if (format === 'numberInDash') return `- ${number} -`;
  if (format === 'hex') return number.toString(16).toUpperCase();
  if (format in DIGITS) return String(number).replace(/\d/g, (digit) => DIGITS[format]![Number(digit)]!);
  if (number > MAX_SPELT || number < 1) return String(number);
  if (format in LETTERS) return inTurn([...LETTERS[format]!], number);
  if (format in SIGNS) return [...SIGNS[format]!][number - 1] ?? String(number);
  if (format in COUNTED) return counted(number, COUNTED[format]!);
  switch (format) {
    case 'lowerRoman':
      return roman(number);
    case 'upperRoman':
      return roman(number).toUpperCase();
    case 'ordinal':
      return `${number}${ordinalEnding(number)}`;
    case 'cardinalText':
      return capital(inWords(number));
    case 'ordinalText':
      return capital(ordinalOf(inWords(number)));
    case 'hebrew1':
      return hebrew(number);
    case 'ideographZodiacTraditional':
      return zodiac(number);
    default:
      return String(number);
  }
}

function inTurn(letters: string[], number: number): string {
  return letters[(number - 1) % letters.length]!.repeat(Math.ceil(number / letters.length));
}

function roman(number: number): string {
  let [left, text] = [number, ''];
  for (const [sign, value] of ROMAN) {
    text += sign.repeat(Math.floor(left / value));
    left %= value;
  }
  return text;
}

function ordinalEnding(number: number): string {
  const tens = number % 100;
  if (tens >= 11 && tens <= 13) return 'th';
  return { 1: 'st', 2: 'nd', 3: 'rd' }[number % 10] ?? 'th';
}

function inWords(number: number): string {
  if (number < 20) return ONES[number]!;
  if (number < 100) return TENS[Math.floor(number / 10)]! + (number % 10 > 0 ? `-${ONES[number % 10]}` : '');
  const [unit, name] = number < 1000 ? ([100, 'hundred'] as const) : ([1000, 'thousand'] as const);
  const rest = number % unit;
  return `${inWords(Math.floor(number / unit))} ${name}${rest > 0 ? ` ${inWords(rest)}` : ''}`;
}

function ordinalOf(words: string): string {
  return words.replace(/[a-z]+$/, (last) => UNLIKE[last] ?? `${last.replace(/y$/, 'ie')}th`);
}

function capital(words: string): string {
  return words[0]!.toUpperCase() + words.slice(1);
}

/** Letters as numbers; 15 and 16 are never written as the beginning of the name of God. */
function hebrew(number: number): string {
  let left = number % 1000;
  let text = '';
  for (; left >= 400; left -= 400) text += 'ת';
  if (left >= 100) text += HEBREW[17 + Math.floor(left / 100)]!;
  left %= 100;
  if (left === 15 || left === 16) return text + (left === 15 ? 'טו' : 'טז');
  if (left >= 10) text += HEBREW[8 + Math.floor(left / 10)]!;
  return text + (left % 10 > 0 ? HEBREW[(left % 10) - 1]! : '');
}

function zodiac(number: number): string {
  const at = (signs: string) => [...signs][(number - 1) % signs.length]!;
  return at(SIGNS.ideographTraditional!) + at(SIGNS.ideographZodiac!);
}

/** Chinese, Japanese and Korean numbers: a digit and its place, the places without one left out. */
function counted(
  number: number,
  { words, zero = false, one = false }: { words: string; zero?: boolean; one?: boolean },
): string {
  const [signs, digits] = [[...words], [...String(number)].map(Number)];
  let text = '';
  let skipped = false;
  for (const [index, digit] of digits.entries()) {
    const place = digits.length - 1 - index;
    if (digit === 0) {
      skipped = true;
      continue;
    }
    if (skipped && zero && text !== '') text += signs[0]!;
    skipped = false;
    const isLeadingTen = place === 1 && text === '';
    const saysOne = digit > 1 || place === 0 || (one && !isLeadingTen);
    text += (saysOne ? signs[digit]! : '') + (place > 0 ? signs[9 + place]! : '');
  }
  return text;
}
