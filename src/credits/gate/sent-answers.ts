import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { aroundReplies } from './around-replies.js';
import { workOf } from './ending.js';

/** A response of Express, a reply of Fastify. */
interface AnyReply {
  req?: object;
  request?: object;
  statusCode?: number;
}

/**
 * A retry gets what the client got. The answer was recorded with its charge, and interceptors around the gate may have made
 * something else of it since: an envelope, or an entity without the members that nobody may see.
 */
@Injectable()
export class SentAnswers implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    aroundReplies<AnyReply>(this.host, (reply) => (response, body, status) => {
      const request = response.request ?? response.req;
      const work = request && workOf(request);
      const send = () => reply(response, body, status);
      const amending = work?.amend(body, status ?? response.statusCode ?? 200);
      return amending === undefined ? send() : amending.then(send);
    });
  }
}
