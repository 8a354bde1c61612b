import { describe, expect, test } from '@jest/globals';
import { Controller, Injectable, Post, UseGuards, type CanActivate } from '@nestjs/common';
import { LateGuardError, NotARequestError, RequireCredits } from '../../src/credits/index.js';
import { bootForeignApp } from './foreign-app.js';
import { Gate } from './gate-harness.js';

/** As `@MessagePattern()` of @nestjs/microservices leaves it. */
const Message = (pattern: string): MethodDecorator => {
  return (_target, _name, descriptor: PropertyDescriptor) =>
    Reflect.defineMetadata('microservices:pattern', [pattern], descriptor.value as object);
};

@Injectable()
class JwtAuthGuard implements CanActivate {
  canActivate = () => true;
}

@Injectable()
class AuthorOfTheBookGuard implements CanActivate {
  canActivate = () => true;
}

@Injectable()
class OnMethodOfProvider {
  @RequireCredits('render')
  render() {}
}

@Injectable()
@RequireCredits('render')
class OnProvider {
  render() {}
}

@Controller()
class OnMessage {
  @Message('render')
  @RequireCredits('render')
  render() {}
}

@Controller()
class LateOnMethod {
  @Post()
  @UseGuards(JwtAuthGuard)
  @RequireCredits('render')
  render() {}
}

@Controller()
@UseGuards(JwtAuthGuard)
@RequireCredits('render')
class LateOnClass {
  @Post()
  render() {}
}

@Controller()
@RequireCredits('render')
class LateBetween {
  @Post()
  @UseGuards(new JwtAuthGuard())
  render() {}
}

@Controller('early')
class Early {
  @Post()
  @RequireCredits('render')
  @UseGuards(JwtAuthGuard)
  render() {}
}

@Controller('on-class')
@UseGuards(JwtAuthGuard)
class EarlyOnClass {
  @Post()
  @UseGuards(AuthorOfTheBookGuard)
  @RequireCredits('render')
  render() {}
}

describe('a gate in a place where it guards nothing', () => {
  const gate = Gate.onEach('fastify');
  const start = (options: object) => bootForeignApp(gate.databaseUrl, 'fastify', options);

  test.each([
    ['a resolver or gateway', { providers: [OnMethodOfProvider] }, 'OnMethodOfProvider.render'],
    ['a whole resolver or gateway', { providers: [OnProvider] }, 'OnProvider'],
    ['a message handler', { controllers: [OnMessage] }, 'OnMessage.render'],
  ])('stops the start, which names what to call instead: %s', async (_where, options, name) => {
    const refused = start({ controllers: [], ...options });
    await expect(refused).rejects.toThrow(NotARequestError);
    await expect(refused).rejects.toThrow(new RegExp(`${name} .*credits\\.spend\\(\\)`));
  });

  test.each([LateOnMethod, LateOnClass, LateBetween])(
    'stops the start, and the guard that runs too late is named: %p',
    async (controller) => {
      const refused = start({ controllers: [controller] });
      await expect(refused).rejects.toThrow(LateGuardError);
      await expect(refused).rejects.toThrow(`${controller.name}.render: JwtAuthGuard runs after the gate`);
    },
  );

  test('is none where the guard runs before it, whatever else runs after', async () => {
    await (await start({ controllers: [Early, EarlyOnClass] })).close();
  });
});
