import { render } from 'preact';
import { App } from './app.js';
import { keepFocus } from './parts/keep-focus.js';
import { lookAtAddress } from './state/place.js';
import { priceList } from './state/prices.js';
import { hearOthers } from './state/library-changes.js';
import { restoreSession, signOutWithOtherTabs, takeTokenFromAddress } from './state/session.js';
import './styles/base.css';
import './styles/controls.css';
import './styles/shell.css';
import './styles/work.css';
import './styles/library.css';
import './styles/history.css';
import './styles/operator.css';
import './styles/buy.css';
import './styles/paper.css';
import { offerList } from './buy/offers.js';
import { startRunner } from './work/runner.js';

await restoreSession();
await takeTokenFromAddress();
signOutWithOtherTabs();
hearOthers();
startRunner();
priceList.ask();
offerList.ask();
// The address that the server prints may also be pasted over a page that is open already.
addEventListener('hashchange', () => {
  void takeTokenFromAddress();
  lookAtAddress();
});
// A file that misses its place must not replace the page.
for (const kind of ['dragover', 'drop']) addEventListener(kind, (event) => event.preventDefault());
const page = document.getElementById('page')!;
keepFocus(page);
render(<App />, page);
