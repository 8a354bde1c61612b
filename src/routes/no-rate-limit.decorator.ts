import { Reflector } from '@nestjs/core';

export const HasNoRateLimit = Reflector.createDecorator<true>();

/** For probes, which must hear from the server however busy it is. */
export const NoRateLimit = (): MethodDecorator & ClassDecorator => HasNoRateLimit(true);
