import { Reflector } from '@nestjs/core';
import type { RouteDescription } from './route-description.js';

/** Describes a route's purpose, input and answers, for /openapi.json and /docs. */
export const Describes = Reflector.createDecorator<RouteDescription>();
