import {
  Controller,
  Get,
  Param,
  Res,
  Sse,
  StreamableFile,
  createParamDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Observable, type Subscriber } from 'rxjs';
import { CurrentWork, RequireCredits, type Work } from '../../../src/credits/index.js';

export type Ending = 'whole' | 'refused' | 'failed' | 'throws' | 'breaks' | 'unsendable' | 'client leaves';

/** What Express and Fastify responses have in common. */
interface Answering {
  status(code: number): Answering;
  send(body: unknown): unknown;
  raw?: ServerResponse;
}

/** How often the handlers of a user ran, and how many of their sources have ended. */
export const seen = new Map<string, { runs: number; ended: number }>();

const STATUS: Partial<Record<Ending, number>> = { refused: 422, failed: 502 };

/** Without `@Res()`, which would tell Nest that the handler answers; in an object, for Fastify's reply is a thenable. */
const TheResponse = createParamDecorator((_data: unknown, context: ExecutionContext) => ({
  response: context.switchToHttp().getResponse<Answering>(),
}));

/** One route for each kind of handler; each ends as it is told, and every one of them says `abc` when it is whole. */
@Controller('endings')
@RequireCredits('text_to_speech')
export class EndingsController {
  @Get('object/:ending')
  object(
    @Param('ending') ending: Ending,
    @TheResponse() { response }: { response: Answering },
    @CurrentWork() work: Work,
  ) {
    return result(ending, response, work);
  }

  @Get('passthrough/:ending')
  passthrough(
    @Param('ending') ending: Ending,
    @Res({ passthrough: true }) response: Answering,
    @CurrentWork() work: Work,
  ) {
    return result(ending, response, work);
  }

  @Get('observable/:ending')
  observable(
    @Param('ending') ending: Ending,
    @TheResponse() { response }: { response: Answering },
    @CurrentWork() work: Work,
  ) {
    begin(ending, response, work);
    return source(ending, work, { text: 'a' }, { text: 'abc' });
  }

  @Sse('sse/:ending')
  sse(
    @Param('ending') ending: Ending,
    @TheResponse() { response }: { response: Answering },
    @CurrentWork() work: Work,
  ) {
    begin(ending, response, work);
    return source(ending, work, { data: 'a' }, { data: 'bc' });
  }

  @Get('file/:ending')
  file(
    @Param('ending') ending: Ending,
    @TheResponse() { response }: { response: Answering },
    @CurrentWork() work: Work,
  ) {
    begin(ending, response, work);
    if (ending === 'unsendable') return new StreamableFile(createReadStream('/no/such/file'));
    return new StreamableFile(Readable.from(chunks(ending, work)));
  }

  @Get('res/:ending')
  async res(@Param('ending') ending: Ending, @Res() response: Answering, @CurrentWork() work: Work) {
    begin(ending, response, work);
    await byHand(ending, response, work);
  }

  @Get('res-after-return/:ending')
  resAfterReturn(@Param('ending') ending: Ending, @Res() response: Answering, @CurrentWork() work: Work) {
    begin(ending, response, work);
    setImmediate(() => void byHand(ending, response, work).catch(() => rawOf(response).destroy()));
  }

  @Get('res-never-returns/:ending')
  async resNeverReturns(
    @Param('ending') ending: Ending,
    @Res() response: Answering,
    @CurrentWork() work: Work,
  ) {
    begin(ending, response, work);
    await byHand(ending, response, work);
    await new Promise(() => undefined);
  }

  @Get('throws-afterwards/:ending')
  async throwsAfterwards(
    @Param('ending') ending: Ending,
    @Res() response: Answering,
    @CurrentWork() work: Work,
  ) {
    begin(ending, response, work);
    await byHand(ending, response, work);
    throw new Error('after its answer');
  }
}

function begin(ending: Ending, response: Answering, { userId }: Work): void {
  const { runs, ended } = seen.get(userId) ?? { runs: 0, ended: 0 };
  seen.set(userId, { runs: runs + 1, ended });
  if (ending === 'throws') throw new Error('the voice broke');
  response.status(STATUS[ending] ?? 200);
}

function end({ userId }: Work): void {
  seen.get(userId)!.ended += 1;
}

async function result(ending: Ending, response: Answering, work: Work): Promise<object> {
  begin(ending, response, work);
  await nextTurn();
  if (ending === 'breaks') throw new Error('the voice broke');
  if (ending === 'client leaves')
    await new Promise<void>((resolve) => rawOf(response).once('close', resolve));
  end(work);
  return ending === 'unsendable' ? { id: 1n } : { text: 'abc' };
}

function source(ending: Ending, work: Work, first: object, last: object): Observable<object> {
  return new Observable((subscriber: Subscriber<object>) => {
    const items = async () => {
      subscriber.next(first);
      await nextTurn();
      await nextTurn();
      if (ending === 'client leaves') return;
      if (ending === 'breaks') return subscriber.error(new Error('the voice broke'));
      subscriber.next(ending === 'unsendable' ? { data: { id: 1n }, id: 1n } : last);
      subscriber.complete();
    };
    void items();
    return () => end(work);
  });
}

async function* chunks(ending: Ending, work: Work): AsyncGenerator<string> {
  try {
    yield 'a';
    await nextTurn();
    if (ending === 'breaks') throw new Error('the voice broke');
    // Slow enough for a client to leave in the middle, and never whole if it does.
    for (let left = 1_000; ending === 'client leaves' && left > 0; left -= 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      yield '.';
    }
    yield 'bc';
  } finally {
    end(work);
  }
}

async function byHand(ending: Ending, response: Answering, work: Work): Promise<void> {
  const raw = rawOf(response);
  try {
    if (ending === 'unsendable') return void response.send({ id: 1n });
    if (ending !== 'breaks' && ending !== 'client leaves') return void response.send('abc');
    raw.writeHead(200);
    raw.write('a');
    await nextTurn();
    if (ending === 'breaks') raw.destroy(new Error('the voice broke'));
    else await new Promise<void>((resolve) => raw.once('close', resolve));
  } finally {
    end(work);
  }
}

function rawOf(response: Answering): ServerResponse {
  return response.raw ?? (response as unknown as ServerResponse);
}
