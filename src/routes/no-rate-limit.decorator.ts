import { Reflector } from '@nestjs/core';

export const HasNoRateLimit = Reflector.createDecorator<true>();

/** For whoever watches this server: a probe must hear from it however busy it is. */
export const NoRateLimit = (): MethodDecorator & ClassDecorator => HasNoRateLimit(true);
