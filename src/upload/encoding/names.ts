import { isLegacy } from './decoders.js';
import { isSevenBit } from './seven-bit.js';
import { isWide } from './wide.js';

/** Names that the list of the web has not, or has for something wider than what people mean. */
const ALSO_KNOWN_AS: Record<string, string> = {
  utf8: 'utf-8',
  'utf-16': 'utf-16le',
  'utf-32': 'utf-32le',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  hz: 'hz-gb-2312',
  cp932: 'shift_jis',
  cp936: 'gb18030',
  cp949: 'euc-kr',
  cp950: 'big5',
  ibm866: 'cp866',
  cp874: 'windows-874',
};

/** Our name of an encoding somebody names, as people write it: Latin1, cp1251, IBM850, Mac. Undefined: unknown. */
export function encodingNamed(label: string): string | undefined {
  const plain = label.trim().toLowerCase();
  const name = ALSO_KNOWN_AS[plain] ?? plain.replace(/^(ibm|dos-?)(?=\d{3}$)/, 'cp');
  if (isWide(name) || isSevenBit(name)) return name;
  const ofTheWeb = webName(name);
  if (ofTheWeb !== undefined) return ALSO_KNOWN_AS[ofTheWeb] ?? ofTheWeb;
  return isLegacy(name) ? name : undefined;
}

function webName(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}
