import { Reflector } from '@nestjs/core';
import type { RouteDescription } from './route-description.js';

/** What a route is for, what it takes and answers: /openapi.json and /docs are made of it. */
export const Describes = Reflector.createDecorator<RouteDescription>();
