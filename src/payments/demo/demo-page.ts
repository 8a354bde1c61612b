import type { DemoAct, DemoCheckout } from './demo-provider.js';

export const DEMO_STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 32rem; margin: 3rem auto; padding: 0 1rem; }
.demo { background: #8a1f11; color: #fff; padding: .5rem 1rem; border-radius: .5rem; font-weight: 600; }
button { font: inherit; padding: .5rem 1rem; margin: 0 .5rem .5rem 0; min-height: 44px; cursor: pointer; }
section { border-top: 1px solid; margin-top: 2rem; }
`;

const STATES: Record<DemoCheckout['state'], string> = {
  open: 'Not paid yet.',
  paid: 'Paid.',
  failed: 'Declined.',
  expired: 'This checkout has ended.',
};

/** Where a visitor pays, and where an operator may be the bank. Its texts are ours: nothing in it comes from outside. */
export function demoPage(checkout: DemoCheckout): string {
  const { ref, credits, state, isPending, reversals } = checkout;
  const back = reversals.reduce((sum, reversal) => sum + reversal.back, 0);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>DEMO checkout: ${credits} credits</title>
<link rel="stylesheet" href="/demo-checkout/style.css"><link rel="icon" href="/icon.svg">
</head>
<body>
<p class="demo">DEMO: no money is involved.</p>
<main>
<h1>${credits} credits for ${money(checkout.amount, checkout)}</h1>
<p role="status">${isPending ? 'The bank takes a minute.' : STATES[state]}${back > 0 ? ` ${money(back, checkout)} went back.` : ''}</p>
${state === 'open' && !isPending ? form(ref, { pay: 'Pay', 'pay-in-a-minute': 'Pay in a minute', decline: 'Decline' }) : ''}
<p><a href="/#credits">Back to your credits</a></p>
${state === 'paid' ? `<section><h2>Be the bank (DEMO)</h2>${form(ref, { refund: 'Refund', dispute: 'Dispute', win: 'Win' })}</section>` : ''}
</main>
</body>
</html>
`;
}

function form(ref: string, acts: Partial<Record<DemoAct, string>>): string {
  const buttons = Object.entries(acts).map(
    ([act, name]) => `<button formaction="/demo-checkout/${ref}/${act}">${name}</button>`,
  );
  return `<form method="post">${buttons.join('')}</form>`;
}

function money(amount: number, { currency }: DemoCheckout): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits!);
}
