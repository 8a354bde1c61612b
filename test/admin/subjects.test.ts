import { expect, test } from '@jest/globals';
import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { AdminModule } from '../../src/admin/admin.module.js';
import { CreditsSettings, type GateSettings } from '../../src/credits/gate/cost.js';

// Answers to operators are recorded. An erasure empties those about the person, and finds them by what is said here.

type Type = { name: string; prototype: Record<string, object> };

const controllers = Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, AdminModule) as Type[];
const recorded = controllers
  .flatMap(({ name, prototype }) =>
    Object.getOwnPropertyNames(prototype).map((method) => ({
      route: `${name}.${method}`,
      handler: prototype[method]!,
    })),
  )
  .filter(({ handler }) => Reflect.hasMetadata(CreditsSettings.KEY, handler));

test('every recorded answer to a request that names a wallet in its address says whom it is about', () => {
  const naming = recorded.filter(({ handler }) =>
    String(Reflect.getMetadata('path', handler)).includes(':userId'),
  );
  expect(naming.length).toBeGreaterThanOrEqual(2);
  const silent = naming.filter(
    ({ handler }) => (Reflect.getMetadata(CreditsSettings.KEY, handler) as GateSettings).about === undefined,
  );
  expect(silent.map(({ route }) => route)).toEqual([]);
});
