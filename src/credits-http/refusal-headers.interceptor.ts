import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { catchError, throwError, type Observable } from 'rxjs';
import { hintHeaders } from '../credits/plumbing.js';

/**
 * What a host that renders errors as Nest does would not say in headers: when to come back, how to sign in. The error
 * itself goes on to the host's own filters.
 */
@Injectable()
export class RefusalHeaders implements NestInterceptor {
  constructor(private readonly host: HttpAdapterHost) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const response = context.switchToHttp().getResponse<object>();
    const { httpAdapter } = this.host;
    return next.handle().pipe(
      catchError((error: unknown) => {
        if (!httpAdapter.isHeadersSent(response)) hintHeaders(error, httpAdapter, response);
        return throwError(() => error);
      }),
    );
  }
}
