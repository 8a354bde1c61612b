import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { workOf, type HeldWork } from './held-work.js';

/** Captures when the handler succeeded, unless it did so itself; releases when anything after the guard failed. */
@Injectable()
export class CreditsInterceptor implements NestInterceptor {
  constructor(private readonly host: HttpAdapterHost) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const work = workOf(http.getRequest<object>());
    if (work === undefined) return next.handle();
    return defer(() => this.#settle(work, next, http.getResponse()));
  }

  async #settle(work: HeldWork, next: CallHandler, response: unknown): Promise<unknown> {
    let result: unknown;
    try {
      result = await lastValueFrom(next.handle(), { defaultValue: undefined });
      if (work.outcome === undefined) await work.capture();
    } catch (error) {
      await work.release(error instanceof Error ? error.message.slice(0, 200) || error.name : 'failed');
      throw error;
    }
    const outcome = work.outcome!;
    const { httpAdapter } = this.host;
    httpAdapter.setHeader(response, 'X-Credits-Charged', String(outcome.charged));
    httpAdapter.setHeader(response, 'X-Credits-Remaining', String(outcome.available));
    return isPlainObject(result) ? { ...result, credits: outcome } : result;
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
