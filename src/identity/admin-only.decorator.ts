import { UseGuards } from '@nestjs/common';
import { AdminGuard } from './admin.guard.js';

/** For administrators: the others get 403. A class-level one is asked before any guard of a handler. */
export const AdminOnly = (): MethodDecorator & ClassDecorator => UseGuards(AdminGuard);
