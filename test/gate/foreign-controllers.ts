import {
  Body,
  Controller,
  HttpException,
  Injectable,
  Param,
  Post,
  ServiceUnavailableException,
  UseGuards,
  UseInterceptors,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { IsInt, IsOptional, IsString, MaxLength } from 'class-validator';
import { finalize, type Observable } from 'rxjs';
import { DataSource, type EntityManager } from 'typeorm';
import { CurrentHold, CurrentWork, RequireCredits, type Work } from '../../src/credits/index.js';
import { Workshop } from './workshop.js';

export const PRICES = { text_to_speech: 7, render: 15, studio_time: 3, mixing: 4, tick: 1 };

/** What a handler, a guard or an interceptor may die of. */
export const deaths: Record<string, () => Error> = {
  exception: () => new Error('the voice broke'),
  'http exception': () => new HttpException('the voice is ill', 422),
  'http exception with a message no database can store': () => new HttpException('\0 \ud800', 422),
  'http exception without a message': () => new HttpException('', 422),
};

class Speech {
  @IsString()
  @MaxLength(20)
  text: string;

  @IsOptional()
  @IsString()
  death?: string;
}

class Order {
  @IsString()
  title: string;

  @IsOptional()
  @IsInt()
  credits?: number;

  /** So many of the transactions die before their commit … */
  @IsOptional()
  @IsInt()
  deaths?: number;

  /** … and so many are tried. */
  @IsOptional()
  @IsInt()
  attempts?: number;

  /** The job to be worked on before the first. */
  @IsOptional()
  @IsString()
  job?: string;
}

function headerOf(context: ExecutionContext, name: string): string | undefined {
  return context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>().headers[name];
}

@Injectable()
class LaterGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (headerOf(context, 'x-later-guard') === 'throws') throw new ServiceUnavailableException();
    return headerOf(context, 'x-later-guard') !== 'refuses';
  }
}

@Injectable()
class OuterInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (headerOf(context, 'x-outer-interceptor') === 'throws') throw new ServiceUnavailableException();
    return next.handle();
  }
}

@Injectable()
class ReportLeft implements NestInterceptor {
  constructor(private readonly workshop: Workshop) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { params } = context.switchToHttp().getRequest<{ params: { job: string } }>();
    return next.handle().pipe(finalize(() => this.workshop.reportLeft(params.job)));
  }
}

@Controller()
@UseInterceptors(OuterInterceptor)
export class SpeechController {
  @Post('speech')
  @UseGuards(LaterGuard)
  @RequireCredits('text_to_speech')
  speak(@Body() { text, death }: Speech) {
    if (death !== undefined) throw deaths[death]!();
    return { audio: text.toUpperCase() };
  }

  @Post('book')
  @RequireCredits(({ body }: { body: { chapters: number; sample?: boolean } }) =>
    body.sample ? null : { action: 'text_to_speech', units: body.chapters },
  )
  readBook() {
    return { audio: 'once upon a time' };
  }

  @Post('tick')
  @RequireCredits('tick')
  tick() {
    return { ticked: true };
  }
}

@Controller('work')
@UseInterceptors(ReportLeft)
export class WorkController {
  constructor(private readonly workshop: Workshop) {}

  @Post(':job')
  @UseGuards(LaterGuard)
  @RequireCredits('render')
  async render(@Param('job') job: string) {
    await this.workshop.work(job);
    return { job };
  }
}

@Controller('orders')
export class OrderController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly workshop: Workshop,
  ) {}

  /** Paid by capture: the answer is left to the gate. */
  @Post('captured')
  @RequireCredits('text_to_speech')
  async capture(@Body() order: Order, @CurrentHold() work: Work) {
    await this.#place(order, (tx) => work.capture({ credits: order.credits }, { tx }));
    return { title: order.title };
  }

  /** Paid by finish, which answers too. */
  @Post('finished')
  @RequireCredits('text_to_speech')
  async finish(@Body() order: Order, @CurrentWork() work: Work) {
    return this.#place(order, (tx) => work.finish({ title: order.title }, { tx, credits: order.credits }));
  }

  /** The order and its credits in one transaction of the handler's own, tried again when it failed. */
  async #place(order: Order, pay: (tx: EntityManager) => Promise<unknown>): Promise<unknown> {
    const { title, job, deaths = 0, attempts = 1 } = order;
    try {
      if (job !== undefined) await this.workshop.work(job);
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await this.dataSource.transaction(async (tx) => {
            await tx.query('INSERT INTO orders (title) VALUES ($1)', [title]);
            const paid = await pay(tx);
            if (attempt <= deaths) throw new Error('the ink ran out');
            return paid;
          });
        } catch (error) {
          if (attempt === attempts) throw error;
        }
      }
    } finally {
      if (job !== undefined) this.workshop.reportLeft(job);
    }
  }
}

@Controller('studio')
@RequireCredits('studio_time')
export class StudioController {
  @Post('record')
  record() {
    return { recorded: true };
  }

  @Post('mix')
  @RequireCredits('mixing')
  mix() {
    return { mixed: true };
  }
}
