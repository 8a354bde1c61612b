// The token comes in the address's fragment, which no server sees, and leaves the address bar at once.
const fragment = new URLSearchParams(location.hash.slice(1));
if (fragment.has('token')) {
  const known = sessionStorage.getItem('token');
  const offered = fragment.get('token');
  history.replaceState(null, '', location.pathname);
  if (
    !known ||
    userOf(known) === userOf(offered) ||
    confirm(`Sign in as ${userOf(offered)} instead of ${userOf(known)}?`)
  ) {
    sessionStorage.setItem('token', offered);
  }
}
const token = sessionStorage.getItem('token');
const number = new Intl.NumberFormat();
const element = (id) => document.getElementById(id);
let shownVersion = -1;

function userOf(jwt) {
  try {
    return JSON.parse(atob(jwt.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'))).sub;
  } catch {
    return 'somebody';
  }
}

async function call(path, options = {}) {
  const headers = { ...options.headers, ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(path, { ...options, headers });
  return { ok: response.ok, status: response.status, body: await response.json().catch(() => ({})) };
}

/** The highest version wins, never the last to arrive; what is not known is never shown as 0. */
function showBalance({ available, held, version, low }) {
  if (version < shownVersion) return;
  shownVersion = version;
  element('balance').textContent = number.format(available);
  const notes = [held > 0 && `${number.format(held)} more on hold`, low && 'running low'].filter(Boolean);
  element('balance-note').textContent = notes.join(', ');
}

async function refreshBalance() {
  try {
    const { ok, status, body } = await call('/api/credits');
    if (ok) return showBalance(body);
    element('balance').textContent = '–';
    element('balance-note').textContent =
      status === 401
        ? 'Open the address that the server printed to sign in.'
        : 'The balance cannot be read just now.';
  } catch {
    element('balance-note').textContent = 'Offline: this number may be old.';
  }
}

async function showPrices() {
  const { body } = await call('/api/credits/prices');
  const rows = body.prices.map(({ action, credits }) => {
    const row = document.createElement('tr');
    for (const text of [action.replaceAll('_', ' '), number.format(credits)])
      row.insertCell().textContent = text;
    return row;
  });
  element('prices').replaceChildren(...rows);
}

function report(text, bad = false) {
  element('outcome').textContent = text;
  element('outcome').classList.toggle('bad', bad);
}

element('upload').addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = new FormData();
  form.append('file', element('file').files[0]);
  element('send').disabled = true;
  report('Uploading…');
  try {
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const { ok, body } = await call('/api/upload/txt', { method: 'POST', body: form, headers });
    if (ok) {
      const { charged } = body.credits;
      report(
        `“${body.title}” is in: ${number.format(body.paragraphs)} paragraphs, ${number.format(charged)} credits.`,
      );
    } else {
      report(`${body.detail ?? body.title ?? 'That did not work.'} Nothing was charged.`, true);
    }
  } catch {
    report('The server cannot be reached. If the file arrived, it is in your documents.', true);
  } finally {
    element('send').disabled = false;
    await refreshBalance();
  }
});

element('who').textContent = token ? `signed in as ${userOf(token)}` : 'not signed in';
await Promise.all([refreshBalance(), showPrices()]);
setInterval(refreshBalance, 1000);
