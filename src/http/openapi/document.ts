import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { PROBLEMS } from '../../problems/problem-codes.js';
import { describeOperation } from './describe-operation.js';
import { TAGS } from './operation.js';
import { OPERATIONS } from './operations/index.js';
import { PROBLEM_CODES, problemExample, problemSchema } from './problem-examples.js';
import { handlerName, traitsByHandler } from './route-traits.js';
import { SCHEMAS } from './schemas/index.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** The description of all routes there are. Nest lists them; what they are for and what they answer is told here. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const traitsOf = traitsByHandler(app);
  const document = SwaggerModule.createDocument(app, configuration(), { operationIdFactory: handlerName });
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const handler = item[method]?.operationId;
      if (handler === undefined) continue;
      const description = OPERATIONS[`${method.toUpperCase()} ${path}`];
      const route = { method: method.toUpperCase(), path, traits: traitsOf(handler), description };
      item[method] = describeOperation(route) as never;
    }
  }
  const examples = PROBLEM_CODES.map((code) => [
    code,
    { summary: PROBLEMS[code][1], value: problemExample(code) },
  ]);
  document.components = {
    ...document.components,
    schemas: { ...SCHEMAS, Problem: problemSchema },
    examples: Object.fromEntries(examples) as never,
  };
  return document;
}

function configuration() {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('creditgate')
    .setDescription(
      'Prepaid credits: hold, work, capture or release. Amounts are whole credits, times RFC 3339 in UTC, errors RFC 9457 problem details; a refusal changes nothing.',
    )
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addBearerAuth()
    .addSecurityRequirements('bearer');
  for (const [name, description] of Object.entries(TAGS)) builder.addTag(name, description);
  return builder.build();
}
