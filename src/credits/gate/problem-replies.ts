import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { REFUSALS } from '../problem-types.js';
import { aroundReplies } from './around-replies.js';
import { PROBLEM_TYPE } from './problem.js';

/** A response of Express, a reply of Fastify, or what is below it in a middleware. */
interface AnyReply {
  header?(name: string, value: string): unknown;
  setHeader?(name: string, value: string): unknown;
}

/**
 * A refusal that Nest renders itself is said to be a problem (RFC 9457), wherever it was thrown: at the gate, by a read, by
 * the service in a handler. It is known by its very body, so what a filter of the host makes of it stays the host's.
 */
@Injectable()
export class ProblemReplies implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    aroundReplies<AnyReply>(this.host, (reply) => (response, body, status) => {
      if (REFUSALS.has(body as object)) {
        if (response.header !== undefined) response.header('Content-Type', PROBLEM_TYPE);
        else response.setHeader?.('Content-Type', PROBLEM_TYPE);
      }
      return reply(response, body, status);
    });
  }
}
