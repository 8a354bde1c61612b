import { UseGuards, applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AdminGuard } from './admin.guard.js';

/** The metadata of AdminOnly: policies for operators at work hang on it, and never on an address. */
export const IsAdminOnly = Reflector.createDecorator<boolean>();

/** For administrators: the others get 403. A class-level one is asked before any guard of a handler. */
export const AdminOnly = (): MethodDecorator & ClassDecorator =>
  applyDecorators(IsAdminOnly(true), UseGuards(AdminGuard));
