// `node hidden.mjs FOLDER FILES`: everything this server reads and writes, by the build in a folder that only its
// own user may enter. Says what came of each.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [root, samples] = process.argv.slice(2);
const at = (path) => pathToFileURL(join(root, 'dist', path));
const { FileStore } = await import(at('library/file-store.js'));
const { ReadingRoom } = await import(at('library/reading-room.js'));
const { WritingRoom } = await import(at('library/writing-room.js'));
const [DOCX, AUDIO, TEXT, EXPORT] = [
  'docx/docx.reader.js',
  'upload/audio/audio.reader.js',
  'upload/text.reader.js',
  'export/export.writer.js',
].map(at);

const folder = mkdtempSync(join(tmpdir(), 'creditgate-hidden-'));
const files = new FileStore(folder);
const [reading, writing] = [new ReadingRoom(files), new WritingRoom(files)];
for (const program of [DOCX, AUDIO, TEXT]) reading.learn(program);
writing.learn(EXPORT);
const said = {};
const blocks = join(folder, 'blocks.json');
const text = 'Text, Текст, שלום, مرحبا, नमस्ते, สวัสดี, 你好, 안녕, Բարև, ☃';
writeFileSync(
  blocks,
  JSON.stringify([{ type: 'heading', level: 1, runs: [{ text, bold: true, italic: true }] }]),
);
writeFileSync(join(folder, 'old.txt'), Buffer.from('82b182f182c982bf82cd90a28a45'.repeat(9), 'hex'));

await attempt(reading, 'docx', { program: DOCX, files: [join(samples, 'docx/chapter.docx')] });
await attempt(reading, 'txt', { program: TEXT, files: [join(folder, 'old.txt')] });
for (const name of readdirSync(join(samples, 'audio')).filter((name) =>
  /^tone.*\.(wav|mp3|flac|ogg|m4a)$/.test(name),
)) {
  await attempt(reading, name, { program: AUDIO, files: [join(samples, 'audio', name)] });
}
const document = { id: 'x', kind: 'docx', title: 'x', paragraphs: 1, headings: [], createdAt: new Date() };
for (const format of ['txt', 'json', 'docx', 'pdf', 'zip']) {
  const given = { format, title: 'x', documents: [document], recordings: [] };
  await attempt(writing, format, { program: EXPORT, given, files: [blocks] });
}
await Promise.all([reading, writing].map((room) => room.onApplicationShutdown()));
rmSync(folder, { recursive: true });
process.stdout.write(JSON.stringify(said));

async function attempt(room, what, task) {
  const outputPath = await files.newPath();
  said[what] = await room.run({ userId: 'x', seconds: 60, outputPath, ...task }).then(
    () => 'ok',
    (error) => error.code ?? error.message,
  );
}
