/**
 * Listen, tell the parent where, and answer its questions; `cpu` is the processor time used so far. Ends with its
 * parent.
 */
export async function serve(app, questions = {}) {
  const answers = { cpu: () => process.cpuUsage(), ...questions };
  await app.listen(0, '127.0.0.1');
  process.on('message', async ({ question, ...details }) => process.send(await answers[question](details)));
  process.once('disconnect', () => void app.close().finally(() => process.exit()));
  process.send({ url: await app.getUrl() });
}
