import { UseGuards, applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AdminGuard } from './admin.guard.js';

/** The metadata of AdminOnly. Policies for operators depend on it, never on an address. */
export const IsAdminOnly = Reflector.createDecorator<boolean>();

/** For administrators only; others get 403. On a class, it is checked before any guard of a handler. */
export const AdminOnly = (): MethodDecorator & ClassDecorator =>
  applyDecorators(IsAdminOnly(true), UseGuards(AdminGuard));
