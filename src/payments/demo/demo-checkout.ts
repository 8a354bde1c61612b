import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isLoopbackAuthority } from '../../config/text-rules.js';
import { NotFoundException } from '@nestjs/common';
import { DEMO_STYLE, demoPage, demoPlansPage } from './demo-page.js';
import { DEMO_PLAN_ACTS } from './demo-plans.js';
import { DEMO_ACTS, type DemoProvider } from './demo-provider.js';
import type { Hint } from '../provider.js';

const FORWARDING = /^via$|forwarded|(client|real|connecting|user|remote)-?ip$|external-address$/;

/** As a real provider would: what has changed is looked at. */
type Tell = (hint: Hint) => Promise<void>;

/**
 * The demo's own page, for a browser on this machine only. A request under another host name, or one that a proxy
 * passed on, gets 404.
 */
export function serveDemoCheckout(instance: FastifyInstance, provider: DemoProvider, tell: Tell): void {
  const options = { onRequest: requireThisMachine };
  instance.get('/demo-checkout/style.css', options, (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(DEMO_STYLE),
  );
  instance.get<{ Params: { ref: string } }>('/demo-checkout/:ref', options, async ({ params }, reply) => {
    const checkout = await provider.find(params.ref);
    if (checkout === undefined) throw new NotFoundException();
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(demoPage(checkout));
  });
  servePlans(instance, provider, tell);
  for (const act of DEMO_ACTS) {
    instance.post<{ Params: { ref: string } }>(
      `/demo-checkout/:ref/${act}`,
      options,
      async ({ params }, reply) => {
        const { ref } = params;
        const checkout = await provider.find(ref);
        if (checkout === undefined) throw new NotFoundException();
        await provider.act(ref, act);
        await tell({ about: 'payment', ref, purchaseId: checkout.purchase });
        const isBuyer = act === 'pay' || act === 'pay-in-a-minute' || act === 'decline';
        return reply.redirect(isBuyer ? '/#credits' : `/demo-checkout/${ref}`, 303);
      },
    );
  }
}

/** The demo's portal: whoever has its address sees what one customer subscribed to. */
function servePlans(instance: FastifyInstance, { plans }: DemoProvider, tell: Tell): void {
  const options = { onRequest: requireThisMachine };
  type Of = { Params: { customer: string; ref: string } };
  instance.get<Of>('/demo-checkout/plans/:customer', options, async ({ params: { customer } }, reply) => {
    const subscriptions = await plans.ofCustomer(customer);
    if (subscriptions === undefined) throw new NotFoundException();
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(demoPlansPage(customer, subscriptions));
  });
  for (const act of DEMO_PLAN_ACTS) {
    const path = `/demo-checkout/plans/:customer/:ref/${act}`;
    instance.post<Of>(path, options, async ({ params: { customer, ref } }, reply) => {
      await plans.act(ref, act);
      await tell({ about: 'subscription', ref, purchaseId: null });
      return reply.redirect(`/demo-checkout/plans/${customer}`, 303);
    });
  }
}

async function requireThisMachine({ headers }: FastifyRequest, _reply: FastifyReply): Promise<void> {
  const isPassedOn = Object.keys(headers).some((name) => FORWARDING.test(name));
  if (isPassedOn || !isLoopbackAuthority(headers.host ?? '')) throw new NotFoundException();
}
