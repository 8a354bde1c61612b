import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { bodyProblemOf } from './body.js';
import { ProblemException } from '../problems/problem.exception.js';
import { isPoison, isStorableText } from './strict-json.js';

/** Refuses what is wrong with any request, whatever it is for, before anything is held for it. */
@Injectable()
export class RequestShapeGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const problem = bodyProblemOf(request);
    if (problem !== undefined) throw problem;
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
