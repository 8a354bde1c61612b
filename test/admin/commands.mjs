// Runs one command of `npm run credits` after the other, each with its own arguments and environment, as a process of its
// own would: only what the product loads is loaded once.
const PROGRAM = new URL('../../dist/cli/credits.js', import.meta.url);
// Each command listens for the end of its reader.
process.stdout.setMaxListeners(0);

// Another command comes.
process.exit = () => undefined;

let commands = 0;
process.on('message', async ({ env, args }) => {
  const said = { out: '', err: '' };
  process.stdout.write = hear((text) => (said.out += text));
  process.stderr.write = hear((text) => (said.err += text));
  process.env = env;
  process.argv.splice(2, process.argv.length, ...args);
  process.exitCode = undefined;
  const { ended } = await import(`${PROGRAM}?${(commands += 1)}`);
  await ended;
  process.send({ code: process.exitCode ?? 0, ...said });
});

function hear(add) {
  return (data, ...rest) => {
    add(String(data));
    rest.findLast((argument) => typeof argument === 'function')?.();
    return true;
  };
}
