import { describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { HealthController } from '../../src/watch/health.controller.js';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Of Node and PostgreSQL, not of this program. */
const FOREIGN = /^(NODE_ENV|PATH|POSTGRES_\w+)$/;
const MANIFESTS = ['creditgate', 'migrate', 'secret.example'].map((name) => `deploy/kubernetes/${name}.yaml`);
const FILES = ['deploy/Containerfile', 'deploy/compose.yaml', 'deploy/creditgate.service', ...MANIFESTS];

const containerfile = read('deploy/Containerfile');
const unit = read('deploy/creditgate.service');
const start = (JSON.parse(read('package.json')) as { scripts: { start: string } }).scripts.start;

/** Every object in a file of YAML, however deep. @throws for a file that is none */
function objectsIn(path: string): Record<string, unknown>[] {
  const found: Record<string, unknown>[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (!Array.isArray(value)) found.push(value as Record<string, unknown>);
    Object.values(value).forEach(walk);
  };
  const documents = parseAllDocuments(read(path));
  if (!Array.isArray(documents) || documents.length === 0) throw new Error(`${path} is empty`);
  for (const document of documents) {
    expect(document.errors).toEqual([]);
    walk(document.toJS());
  }
  return found;
}

function inManifests(name: string): unknown[] {
  return MANIFESTS.flatMap(objectsIn).flatMap((object) => (name in object ? [object[name]] : []));
}

/** What a variable looks like, wherever it is set. */
function variablesIn(path: string): string[] {
  if (path === 'deploy/Containerfile') {
    return containerfile.match(/^ENV .*/m)![0].match(/\b[A-Z0-9_]+(?==)/g)!;
  }
  if (path.endsWith('.service')) return /^Environment=(.*)$/m.exec(unit)![1]!.match(/\b[A-Z0-9_]+(?==)/g)!;
  return objectsIn(path).flatMap((object) => {
    const settings = ['environment', 'stringData'].map((name) => Object.keys(object[name] ?? {})).flat();
    return 'name' in object && 'value' in object ? [object['name'] as string, ...settings] : settings;
  });
}

describe.each(FILES)('%s', (path) => {
  test('sets nothing that .env.example does not know', () => {
    const known = [...read('.env.example').matchAll(/^#([A-Z0-9_]+)=/gm)].map(([, name]) => name!);
    const names = variablesIn(path).filter((name) => !FOREIGN.test(name));
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
    if (path !== 'deploy/kubernetes/migrate.yaml') expect(names.length).toBeGreaterThan(0);
  });

  test('runs programs that there are', () => {
    const programs = [...read(path).matchAll(/dist\/([\w/.-]+)\.js/g)].map(([, name]) => `src/${name}.ts`);
    expect(programs.filter((program) => !existsSync(join(root, program)))).toEqual([]);
  });
});

test('the image and the unit start what `npm start` starts, with the same flags', () => {
  const flags = start.match(/ (--(?!import)\S+)/g)!.map((flag) => flag.trim());
  const command = ['node', ...flags, start.split(' ').at(-1)];
  expect(JSON.parse(/^CMD (\[.*\])$/m.exec(containerfile)![1]!)).toEqual(command);
  expect(/^ExecStart=\/usr\/bin\/(.*)$/m.exec(unit)![1]!.split(' ')).toEqual(command);
});

test('what the image copies is there, and is let through to the build', () => {
  const copied = [...containerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, names]) =>
    names!.split(' '),
  );
  expect(copied.filter((name) => !existsSync(join(root, name)))).toEqual([]);
  const letThrough = [...read('.dockerignore').matchAll(/^!(.*)$/gm)].map(([, name]) => name);
  expect(letThrough.sort()).toEqual([...new Set(copied)].sort());
});

test('probes ask what answers, at the port that is open', () => {
  const route = (handler: 'live' | 'ready') => {
    const { value } = Object.getOwnPropertyDescriptor(HealthController.prototype, handler)!;
    return `/health/${Reflect.getMetadata('path', value as object)}`;
  };
  const [startup, liveness, readiness] = ['startupProbe', 'livenessProbe', 'readinessProbe'].map(
    (name) => (inManifests(name)[0] as { httpGet: object }).httpGet,
  );
  expect([startup, liveness]).toEqual(Array(2).fill({ path: route('live'), port: 'http' }));
  expect(readiness).toEqual({ path: route('ready'), port: 'http' });
  const port = Number(/^#PORT=(\d+)$/m.exec(read('.env.example'))![1]);
  expect(containerfile).toContain(`EXPOSE ${port}\n`);
  expect(containerfile).toContain(`PORT=${port} `);
  expect(containerfile).toContain(route('live'));
  expect(inManifests('containerPort')).toEqual([port]);
  expect(read('deploy/compose.yaml')).toContain(`127.0.0.1:${port}:${port}`);
});

test('everything runs as the plain user of the image, on a root that it cannot write to', () => {
  const [user] = /^USER (\d+):\d+$/m.exec(containerfile)!.slice(1).map(Number);
  expect(user).toBeGreaterThan(0);
  const pods = inManifests('securityContext').filter((context) => 'runAsUser' in (context as object));
  expect(pods).toHaveLength(2);
  for (const pod of pods) expect(pod).toMatchObject({ runAsNonRoot: true, runAsUser: user });
  expect(inManifests('readOnlyRootFilesystem')).toEqual([true, true]);
  expect(inManifests('allowPrivilegeEscalation')).toEqual([false, false]);
});

test('whoever ends it waits for the drain and ten seconds more', () => {
  const seconds = (text: string, pattern: RegExp) => Number(pattern.exec(text)![1]);
  const compose = read('deploy/compose.yaml');
  expect(seconds(compose, /stop_grace_period: (\d+)s/)).toBeGreaterThanOrEqual(
    seconds(compose, /DRAIN_SECONDS: (\d+)/) + 10,
  );
  const pod = read(MANIFESTS[0]!);
  expect(seconds(pod, /terminationGracePeriodSeconds: (\d+)/)).toBeGreaterThanOrEqual(
    seconds(pod, /DRAIN_SECONDS, value: '(\d+)'/) + seconds(pod, /\[sleep, '(\d+)'\]/) + 10,
  );
});

test('the unit is not started again where that cannot help', () => {
  expect(unit).toMatch(/^RestartPreventExitStatus=78$/m);
});
