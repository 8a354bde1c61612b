// Two endpoints that do the same, one free and one paid. Written with decorators this would be
//   @Controller('bench') class Twins { @Post('free') free() {…}  @Post('paid') @RequireCredits(ACTION) paid() {…} }
import { Controller, Module, Post } from '@nestjs/common';
import { AppModule } from '../../../dist/app.module.js';
import { RequireCredits } from '../../../dist/credits/index.js';
import { ACTION } from '../wallets.mjs';

class Twins {
  free() {
    return { done: true };
  }

  paid() {
    return { done: true };
  }
}

decorate('free', Post('free'));
decorate('paid', Post('paid'), RequireCredits(ACTION));
Controller('bench')(Twins);

/** The whole product, and the twins beside its features. */
export class ProductWithTwins {}
Module({ imports: [AppModule], controllers: [Twins] })(ProductWithTwins);

function decorate(method, ...decorators) {
  const descriptor = Object.getOwnPropertyDescriptor(Twins.prototype, method);
  for (const decorator of decorators.reverse()) decorator(Twins.prototype, method, descriptor);
}
