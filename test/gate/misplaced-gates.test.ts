import { describe, expect, jest, test } from '@jest/globals';
import { Controller, Injectable, Logger, Post, UseGuards, type CanActivate } from '@nestjs/common';
import { Idempotent, LateGuardError, NotARequestError, RequireCredits } from '../../src/credits/index.js';
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

@Controller('fast')
class FastButFree extends Early {
  @Post()
  override render() {}
}

@Controller('kept')
class FreeOnPurpose extends Early {
  @Post()
  @Idempotent()
  override render() {}
}

@Controller('no-route')
class NoRoute extends Early {
  override render() {}
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

  test('is told of at the start where a subclass has its own method without it', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    await (await start({ controllers: [Early, FastButFree, FreeOnPurpose, NoRoute] })).close();
    const said = warn.mock.calls.map(([line]) => String(line)).filter((line) => line.includes('is free'));
    warn.mockRestore();
    expect(said).toEqual([
      'FastButFree.render is free: it takes the place of Early.render, whose gate it does not repeat',
    ]);
  });

  test('is none where the guard runs before it, whatever else runs after', async () => {
    await (await start({ controllers: [Early, EarlyOnClass] })).close();
  });
});
