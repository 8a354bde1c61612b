// The product, broken on purpose: `node broken-main.mjs CONTROL`. A trial that does not notice proves nothing.
import 'reflect-metadata';
import { AppModule } from '../../../dist/app.module.js';
import { readEnvironment } from '../../../dist/config/environment.js';
import { Fence } from '../../../dist/credits-display/fence.js';
import { createApp } from '../../../dist/http/create-app.js';
import { Crowd } from '../../../dist/http/crowd.js';
import { listen } from '../../../dist/http/listen.js';
import { closeOnSignals } from '../../../dist/http/shutdown.js';

const spoil = {
  /** The usual cache invalidation: delete the copy when the wallet changes, and trust readers who come home late. */
  'delete-only': () => (Fence.prototype.isCurrent = () => true),
  /** Everybody is let in, however many there are. */
  'open-door': () => Object.defineProperty(Crowd.prototype, 'limit', { value: Infinity }),
};

spoil[process.argv[2]]();
const environment = readEnvironment();
const app = await createApp(AppModule, environment);
closeOnSignals(app);
await listen(app, environment);
process.stdout.write(`${await app.getUrl()}/\n`);
