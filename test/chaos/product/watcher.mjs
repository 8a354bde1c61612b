// In a thread of its own: whoever sends files of tens of megabytes is too busy to tell how long others wait.
import { Agent, get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

const { url, authorization, everyMs } = workerData;
const agent = new Agent({ keepAlive: true });
const waits = [];
let isOn = true;
parentPort.once('message', () => (isOn = false));
const asked = [];
while (isOn) {
  asked.push(ask().then((wait) => waits.push(wait)));
  await delay(everyMs);
}
await Promise.all(asked);
parentPort.postMessage(waits);
agent.destroy();

function ask() {
  const started = performance.now();
  return new Promise((resolve) => {
    const done = (status) =>
      resolve({ status, startedAt: started + performance.timeOrigin, ms: performance.now() - started });
    const options = { agent, headers: { authorization } };
    get(new URL('/api/credits?refresh=true', url), options, (response) => {
      response.resume();
      response.once('end', () => done(response.statusCode));
      response.once('error', () => done(0));
    }).once('error', () => done(0));
  });
}
