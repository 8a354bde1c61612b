import { describe, expect, test } from '@jest/globals';
import {
  ClassSerializerInterceptor,
  Controller,
  Header,
  HttpCode,
  HttpException,
  Injectable,
  Post,
  Redirect,
  StreamableFile,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { Exclude } from 'class-transformer';
import { randomUUID } from 'node:crypto';
import { map } from 'rxjs';
import { Idempotent, RequireCredits } from '../../src/credits/index.js';
import { adapters } from './foreign-app.js';
import { Gate } from './gate-harness.js';

class Member {
  name = 'ann';
  @Exclude() passwordHash = 'never sent';
}

/** What an application puts around all of its answers, by the header of the request. */
@Injectable()
class Around implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    const how = context.switchToHttp().getRequest<{ headers: Record<string, string> }>().headers['x-around'];
    return next.handle().pipe(
      map((data: unknown) => {
        if (how === 'envelope') return { data, at: 1 };
        if (how === 'stamp') return Object.assign(data as object, { at: 1 });
        if (how === 'file') return new StreamableFile(Buffer.from('abc'));
        if (how === 'refusal') throw new HttpException('not now', 503);
        return data;
      }),
    );
  }
}

let runs = 0;

@Controller()
class Club {
  @Post('nested')
  @RequireCredits('tick')
  nested() {
    return done({ member: new Member() });
  }

  @Post('member')
  @RequireCredits('tick')
  member() {
    return done(new Member());
  }

  @Post('text')
  @RequireCredits('tick')
  text() {
    return done('text');
  }

  @Post('csv')
  @Header('Content-Type', 'text/csv')
  @RequireCredits('tick')
  csv() {
    return done('a,b');
  }

  @Post('none')
  @RequireCredits('tick')
  none() {
    return done(null);
  }

  @Post('refused')
  @HttpCode(404)
  @RequireCredits('tick')
  refused() {
    return done({ member: new Member() });
  }

  @Post('moved')
  @Redirect('/elsewhere', 302)
  @RequireCredits('tick')
  moved() {
    return done(undefined);
  }

  @Post('moved-to')
  @Redirect()
  @RequireCredits('tick')
  movedTo() {
    return done({ url: '/elsewhere', statusCode: 302 });
  }

  @Post('free-member')
  @Idempotent()
  freeMember() {
    return done(new Member());
  }

  @Post('free-text')
  @Idempotent()
  freeText() {
    return done('text');
  }

  @Post('free-number')
  @Idempotent()
  freeNumber() {
    return done(7);
  }

  @Post('free-nothing')
  @HttpCode(204)
  @Idempotent()
  freeNothing() {
    return done(undefined);
  }
}

function done(result: unknown): unknown {
  runs += 1;
  return result;
}

const ROUTES = ['nested', 'member', 'text', 'csv', 'none', 'refused'];
const FREE = ['free-member', 'free-text', 'free-number', 'free-nothing'];
const CELLS = [
  ...[...ROUTES, ...FREE].map((route) => ({ route, around: 'nothing' })),
  // Fastify sends no object as CSV.
  ...[...ROUTES, ...FREE].filter((route) => route !== 'csv').map((route) => ({ route, around: 'envelope' })),
  { route: 'nested', around: 'stamp' },
];

describe.each(adapters)('an answer under a key on %s', (adapter) => {
  const providers = [
    { provide: APP_INTERCEPTOR, useClass: Around },
    { provide: APP_INTERCEPTOR, useClass: ClassSerializerInterceptor },
  ];
  const gate = Gate.onEach(adapter, { controllers: [Club], providers });

  /** Of one user under one key. */
  async function asking(route: string, around: string) {
    const user = await gate.customer(9);
    const headers = { 'x-user': user, 'idempotency-key': randomUUID(), 'x-around': around };
    const ask = async () => {
      const response = await fetch(`${gate.foreign.url}/${route}`, {
        method: 'POST',
        headers,
        redirect: 'manual',
      });
      const { status, headers: heard } = response;
      return {
        status,
        type: heard.get('content-type'),
        replayed: heard.get('idempotent-replayed'),
        text: await response.text(),
      };
    };
    return { user, ask };
  }

  test.each(CELLS)('is repeated byte for byte, whatever is around it: $route, $around', async (cell) => {
    const { user, ask } = await asking(cell.route, cell.around);
    runs = 0;
    const first = await ask();
    expect(first.text).not.toContain('never sent');

    const again = await ask();

    // An answer without a body has no type that matters.
    const expected = first.text === '' ? { ...first, type: again.type } : first;
    expect(again).toEqual({ ...expected, replayed: 'true' });
    expect(runs).toBe(1);
    const cost = cell.route.startsWith('free') || cell.route === 'refused' ? 0 : 1;
    expect(await gate.wallet(user)).toMatchObject({ balance: 9 - cost });
  });

  test('is not kept where it became a file after the work', async () => {
    const { user, ask } = await asking('nested', 'file');
    expect(await ask()).toMatchObject({ status: 201, text: 'abc' });

    expect(await ask()).toMatchObject({
      status: 409,
      text: expect.stringContaining('idempotency_key_spent') as unknown as string,
    });
    expect(await gate.wallet(user)).toMatchObject({ balance: 8 });
  });

  test.each(['moved', 'moved-to'])('is not kept where it leads elsewhere: %s', async (route) => {
    const { user, ask } = await asking(route, 'nothing');
    expect(await ask()).toMatchObject({ status: 302 });

    expect(await ask()).toMatchObject({
      status: 409,
      text: expect.stringContaining('idempotency_key_spent') as unknown as string,
    });
    expect(await gate.wallet(user)).toMatchObject({ balance: 8 });
  });

  test('stays what the work gave where something around it refused to send it', async () => {
    const { user, ask } = await asking('text', 'refusal');
    expect(await ask()).toMatchObject({ status: 503 });

    expect(await ask()).toMatchObject({ status: 201, text: 'text', replayed: 'true' });
    expect(await gate.wallet(user)).toMatchObject({ balance: 8 });
  });
});
