import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { catchError, throwError, type Observable } from 'rxjs';
import { CREDITS_OPTIONS, isCreditsError, type CreditsOptions } from '../credits/index.js';
import { hintHeaders } from '../credits/plumbing.js';

/**
 * What a host that renders errors as Nest does would not say in headers: that a refusal is a problem (RFC 9457), when
 * to come back, how to sign in. The error itself goes on to the host's own filters.
 */
@Injectable()
export class RefusalHeaders implements NestInterceptor {
  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(CREDITS_OPTIONS) private readonly options: CreditsOptions,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const response = context.switchToHttp().getResponse<object>();
    const { httpAdapter } = this.host;
    return next.handle().pipe(
      catchError((error: unknown) => {
        if (!httpAdapter.isHeadersSent(response)) {
          hintHeaders(error, httpAdapter, response);
          // A host with a rendering of its own says itself what it is.
          if (isCreditsError(error) && this.options.problemOf === undefined)
            httpAdapter.setHeader(response, 'Content-Type', 'application/problem+json; charset=utf-8');
        }
        return throwError(() => error);
      }),
    );
  }
}
