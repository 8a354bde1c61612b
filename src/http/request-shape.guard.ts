import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { bodyProblemOf, notJson } from './body.js';
import { ProblemException } from '../problems/problem.exception.js';
import { Describes } from '../routes/describes.decorator.js';
import { isPoison, isStorableText } from './strict-json.js';

/** Refuses a malformed request of any kind, before anything is held for it. */
@Injectable()
export class RequestShapeGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const takes = this.reflector.get(Describes, context.getHandler())?.takes ?? {};
    // On a route that takes a file, the code that receives it refuses another body, once credits are held for it.
    const problem = 'file' in takes ? undefined : bodyProblemOf(request);
    if (problem !== undefined) throw problem;
    if ('json' in takes && request.isMultipart()) throw notJson();
    requireText(request.params);
    requireText(request.query);
    return true;
  }
}

function requireText(members: unknown): void {
  for (const [path, value] of Object.entries(members as Record<string, string | string[]>)) {
    if (isPoison(path) || ![path, value].flat().every(isStorableText)) {
      throw new ProblemException('validation_failed', 'A parameter is not well-formed text.', {
        errors: [{ path: path.toWellFormed(), message: 'must be well-formed text without NUL' }],
      });
    }
  }
}
