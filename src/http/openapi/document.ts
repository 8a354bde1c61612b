import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { PROBLEMS } from '../../problems/problem-codes.js';
import type { RouteDescription } from '../../routes/route-description.js';
import { TAGS, type Tag } from '../../routes/tags.js';
import { describeOperation } from './describe-operation.js';
import { PROBLEM_CODES, problemExample, problemSchema } from './problem-examples.js';
import { handlerName, traitsByHandler } from './route-traits.js';
import { schemasOf } from './schemas-of.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** The description of all routes there are: Nest lists them, `@Describes` beside each says what it is for. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const traitsOf = traitsByHandler(app);
  const document = SwaggerModule.createDocument(app, configuration(), { operationIdFactory: handlerName });
  const descriptions: RouteDescription[] = [];
  const firstPaths = new Map<string, string>();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const handler = item[method]?.operationId;
      if (handler === undefined) continue;
      const traits = traitsOf(handler);
      if (traits.description !== undefined) descriptions.push(traits.description);
      const operation = describeOperation({ method: method.toUpperCase(), path, traits });
      const first = firstPaths.get(handler) ?? path;
      firstPaths.set(handler, first);
      if (first !== path) {
        // A second address of a handler says so, and comes last.
        operation['summary'] = `The same as ${first}`;
        delete document.paths[path];
        document.paths[path] = item;
      }
      item[method] = operation as never;
    }
  }
  const examples = PROBLEM_CODES.map((code) => [
    code,
    { summary: PROBLEMS[code][1], value: problemExample(code) },
  ]);
  document.tags = inOrder([...Object.values(TAGS), ...descriptions.map(({ tag }) => tag)]);
  document.components = {
    ...document.components,
    schemas: { ...schemasOf(descriptions), Problem: problemSchema },
    examples: Object.fromEntries(examples) as never,
  };
  return document;
}

/** Each once, those that are not for users last. */
function inOrder(tags: readonly Tag[]): Tag[] {
  const last: Tag[] = [TAGS.admin, TAGS.operation];
  return [...new Set([...tags.filter((tag) => !last.includes(tag)), ...last])];
}

function configuration() {
  return new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('creditgate')
    .setDescription(
      'Prepaid credits: hold, work, capture or release. Amounts are whole credits, times RFC 3339 in UTC, errors RFC 9457 problem details; a refusal changes nothing.',
    )
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addBearerAuth()
    .addSecurityRequirements('bearer')
    .build();
}
