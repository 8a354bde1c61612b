import { Reflector } from '@nestjs/core';

export const IsPublic = Reflector.createDecorator<true>();

/** Opens an endpoint, or all of a controller, to everybody. Without it a request needs a valid token. */
export const Public = (): MethodDecorator & ClassDecorator => IsPublic(true);
