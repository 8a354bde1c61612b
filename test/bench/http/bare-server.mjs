// A process of its own: what Nest on Fastify costs when it has nothing to do, and knows nobody.
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { serve } from './served.mjs';

/** As long as the product's answer. */
const BODY = {
  credits: 999_999_999_999,
  available: 999_999_999_999,
  held: 0,
  balance: 999_999_999_999,
  version: 1,
  low: false,
  nextExpiryAt: null,
  asOf: '2026-11-27T00:00:00.000Z',
  source: 'cache',
};

class Bare {
  balance() {
    return BODY;
  }
}
const descriptor = Object.getOwnPropertyDescriptor(Bare.prototype, 'balance');
Get('credits')(Bare.prototype, 'balance', descriptor);
Controller('api')(Bare);

class BareModule {}
Module({ controllers: [Bare] })(BareModule);

await serve(await NestFactory.create(BareModule, new FastifyAdapter(), { logger: false }));
