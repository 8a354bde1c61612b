import { counted } from '../../credits/plumbing.js';
import type { DemoAct, DemoCheckout } from './demo-provider.js';
import type { DemoPlans } from './demo-plans.js';

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
  return pageOf(
    `DEMO checkout: ${counted(credits, 'credit')}`,
    `<h1>${counted(credits, 'credit')} for ${money(checkout.amount, checkout)}</h1>
<p role="status">${isPending ? 'The bank takes a minute.' : STATES[state]}${back > 0 ? ` ${money(back, checkout)} went back.` : ''}</p>
${state === 'open' && !isPending ? form(`/demo-checkout/${ref}`, { pay: 'Pay', 'pay-in-a-minute': 'Pay in a minute', decline: 'Decline' } satisfies Acts) : ''}
<p><a href="/#credits">Back to your credits</a></p>
${state === 'paid' ? `<section><h2>Be the bank (DEMO)</h2>${form(`/demo-checkout/${ref}`, { refund: 'Refund', dispute: 'Dispute', win: 'Win' } satisfies Acts)}</section>` : ''}`,
  );
}

type Acts = Partial<Record<DemoAct, string>>;
type Subscribed = NonNullable<Awaited<ReturnType<DemoPlans['ofCustomer']>>>;

/** What a customer subscribed to: where a real provider would keep cards, too. */
export function demoPlansPage(customer: string, subscriptions: Subscribed): string {
  const parts = subscriptions.map(({ ref, plan, facts: { state, paidUntil, cancelsAt } }) => {
    const until = paidUntil?.toISOString().slice(0, 10) ?? '';
    const acts = {
      renew: 'Let the period end (DEMO)',
      ...(cancelsAt === null ? { cancel: 'Cancel' } : { keep: 'Keep' }),
    };
    const words =
      cancelsAt === null ? `${state}; the next payment is due on ${until}` : `${state}; it ends on ${until}`;
    return `<section><h2>${plan}</h2><p role="status">${state === 'ended' ? 'ended' : words}.</p>
${state === 'ended' ? '' : form(`/demo-checkout/plans/${customer}/${ref}`, acts)}</section>`;
  });
  return pageOf(
    'DEMO: your plans',
    `<h1>Your plans</h1>
<p><a href="/#credits">Back to your credits</a></p>
${parts.length === 0 ? '<p>None so far.</p>' : parts.join('')}`,
  );
}

function pageOf(title: string, main: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/demo-checkout/style.css"><link rel="icon" href="/icon.svg">
</head>
<body>
<p class="demo">DEMO: no money is involved.</p>
<main>
${main}
</main>
</body>
</html>
`;
}

function form(path: string, acts: Record<string, string>): string {
  const buttons = Object.entries(acts).map(
    ([act, name]) => `<button formaction="${path}/${act}">${name}</button>`,
  );
  return `<form method="post">${buttons.join('')}</form>`;
}

function money(amount: number, { currency }: DemoCheckout): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits!);
}
