import type { RouteDescription } from '../../routes/route-description.js';
import type { SchemaWithExample, Shape } from '../../routes/schema.js';

/** All JSON that these routes take or return, except problems. */
export function schemasOf(descriptions: readonly RouteDescription[]): Record<string, SchemaWithExample> {
  const schemas: Record<string, SchemaWithExample> = {};
  for (const { name, schema } of descriptions.flatMap(shapesIn)) {
    if (schemas[name] !== undefined && schemas[name] !== schema)
      throw new Error(`Two shapes are named ${name}.`);
    schemas[name] = schema;
  }
  return schemas;
}

function shapesIn({ takes, answers }: RouteDescription): Shape[] {
  const taken = takes !== undefined && 'json' in takes ? [takes.json] : [];
  return [...taken, ...Object.values(answers).flatMap(({ json }) => json ?? [])];
}
