import { Reflector } from '@nestjs/core';

export const HasNoRateLimit = Reflector.createDecorator<true>();

/** For probes, which need an answer however busy the server is. */
export const NoRateLimit = (): MethodDecorator & ClassDecorator => HasNoRateLimit(true);
