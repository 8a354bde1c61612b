import { Controller, Post, Req } from '@nestjs/common';
import { describe, expect, test } from '@jest/globals';
import {
  CreditsService,
  CurrentWork,
  RequireCredits,
  UnmeasuredActionError,
  type Measured,
  type Work,
} from '../../src/credits/index.js';
import { adapters, bootForeignApp } from '../gate/foreign-app.js';
import { Gate } from '../gate/gate-harness.js';

const PRICES = {
  chat: '3 per 1000 input_token, 15 per 1000 output_token, at least 1',
  transcribe: '2 per 60 second, at least 2',
  storyboard: 4,
};

interface Asked {
  body: { atMost: Measured; measured: Measured; second: number };
}

@Controller()
class StudioController {
  stored: number[] = [];

  constructor(private readonly credits: CreditsService) {}

  /** The most is known before. */
  @Post('chat')
  @RequireCredits(({ body }: Asked) => ({ action: 'chat', atMost: body.atMost }))
  chat(@CurrentWork() work: Work, @Req() { body }: Asked) {
    return work.finish({ said: 'yes' }, { measured: body.measured });
  }

  /** How much it is stands in the file. */
  @Post('transcribe')
  @RequireCredits({ action: 'transcribe', atLeast: { second: 1 } })
  async transcribe(@CurrentWork() work: Work, @Req() { body }: Asked) {
    const { second } = body;
    await work.raise({ second });
    this.stored.push(second);
    return { second };
  }

  /** Left to a worker, which takes it over at once. */
  @Post('passed-on')
  @RequireCredits({ action: 'transcribe', atLeast: { second: 1 } })
  async passOn(@CurrentWork() work: Work, @Req() { body }: Asked) {
    const holdId = await work.handOver({ ttlSeconds: 60 });
    await this.credits.take({ userId: work.userId, action: 'transcribe', holdId, owner: 'worker' });
    await work.raise({ second: body.second });
  }

  /** Sold per call here, by whoever runs it. */
  @Post('storyboard')
  @RequireCredits({ action: 'storyboard', atMost: { picture: 9 } })
  draw(@CurrentWork() work: Work) {
    return work.finish({}, { measured: { picture: 2 } });
  }

  @Post('unsaid')
  @RequireCredits(() => 'chat')
  unsaid() {
    return {};
  }
}

describe.each(adapters)('by unit, on %s', (adapter) => {
  const gate = Gate.onEach(adapter, { controllers: [StudioController], prices: PRICES });
  const atMost = { input_token: 1_000, output_token: 1_000 };
  const measured = { input_token: 1_000, output_token: 200 };

  test('holds the most and charges what was measured', async () => {
    const user = await gate.customer(50);
    const { status, body } = await gate.post('chat', { user, body: { atMost, measured } });
    expect([status, body.credits]).toMatchObject([201, { charged: 6, available: 44 }]);
  });

  test('refuses where the most is missing, and says that it is the most', async () => {
    const user = await gate.customer(17);
    const { status, body } = await gate.post('chat', { user, body: { atMost, measured } });
    expect([status, body]).toMatchObject([402, { required: 18, shortfall: 1, estimate: true, atMost }]);
    await gate.expectUntouched(user, 17);
  });

  test('compares the limit of the client with the most', async () => {
    const user = await gate.customer(50);
    const headers = { 'x-max-credits': '17' };
    const { status, body } = await gate.post('chat', { user, headers, body: { atMost, measured } });
    expect([status, body]).toMatchObject([409, { code: 'price_exceeds_max', required: 18 }]);
    await gate.expectUntouched(user, 50);
  });

  test.each([
    ['a unit it does not name', { input_token: 5, outputs: 5 }],
    ['a fraction', { input_token: 0.5 }],
    ['a negative quantity', { input_token: -5 }],
  ])('is a programming error for %s, held or charged: 500, and nothing is charged', async (_what, wrong) => {
    const user = await gate.customer(50);
    expect((await gate.post('chat', { user, body: { atMost: wrong, measured } })).status).toBe(500);
    expect((await gate.post('chat', { user, body: { atMost, measured: wrong } })).status).toBe(500);
    await gate.expectUntouched(user, 50);
  });

  test('is a programming error where nothing says how much', async () => {
    const user = await gate.customer(50);
    expect((await gate.post('unsaid', { user })).status).toBe(500);
    await gate.expectUntouched(user, 50);
  });

  test('begins with the least, and charges the whole once it is known', async () => {
    const user = await gate.customer(50);
    const headers = { 'idempotency-key': 'once and for all' };
    const first = await gate.post('transcribe', { user, headers, body: { second: 600 } });
    expect([first.status, first.body.credits]).toMatchObject([201, { charged: 20, available: 30 }]);
    const again = await gate.post('transcribe', { user, headers, body: { second: 600 } });
    expect(again.body).toEqual(first.body);
    expect((await gate.wallet(user)).charges).toEqual([-20]);
  });

  test('does nothing where the whole is missing, and says so', async () => {
    const user = await gate.customer(19);
    const { stored } = gate.foreign.app.get(StudioController);
    const before = stored.length;
    const { status, body } = await gate.post('transcribe', { user, body: { second: 600 } });
    expect([status, body]).toMatchObject([402, { required: 20, available: 19, held: 0, shortfall: 1 }]);
    expect(body['estimate']).toBeUndefined();
    expect(stored).toHaveLength(before);
    await gate.expectUntouched(user, 19);
  });

  test('refuses what the client did not agree to pay when it is known', async () => {
    const user = await gate.customer(50);
    const headers = { 'x-max-credits': '19' };
    const { status, body } = await gate.post('transcribe', { user, headers, body: { second: 600 } });
    expect([status, body]).toMatchObject([409, { required: 20, maxCredits: 19 }]);
    await gate.expectUntouched(user, 50);
  });

  test('raises no hold that somebody else has taken over', async () => {
    const user = await gate.customer(50);
    const { status, body } = await gate.post('passed-on', { user, body: { second: 600 } });
    expect([status, body['code']]).toEqual([409, 'hold_taken_over']);
    expect(await gate.wallet(user)).toMatchObject({ held: 2 });
    const [hold] = await gate.holds(user);
    await gate.books.credits.release({ holdId: hold!.id });
  });

  test('stays one per call where the price is one per call', async () => {
    const user = await gate.customer(50);
    const { body } = await gate.post('storyboard', { user });
    expect(body.credits).toMatchObject({ charged: 4 });
  });

  test('stops the start where the decorator does not say how much, or measures something else', async () => {
    @Controller()
    class Unsaid {
      @Post()
      @RequireCredits('transcribe')
      transcribe() {}
    }

    @Controller()
    class Other {
      @Post()
      @RequireCredits({ action: 'transcribe', atMost: { minute: 5 } })
      transcribe() {}
    }

    @Controller()
    class Half {
      @Post()
      @RequireCredits({ action: 'chat', atMost: { input_token: 5 } })
      chat() {}
    }

    for (const [controller, name] of [
      [Unsaid, 'Unsaid'] as const,
      [Other, 'Other'] as const,
      [Half, 'Half'] as const,
    ]) {
      const start = bootForeignApp(gate.databaseUrl, adapter, { controllers: [controller], prices: PRICES });
      await expect(start).rejects.toThrow(UnmeasuredActionError);
      await expect(start).rejects.toThrow(name);
    }
  });
});
