// TypeScript for the shapes of /openapi.json: what the page knows of the answers is what the server says of them.

/** The source of a module with one interface `Shapes`, a member for each named schema. */
export function apiTypes({ components: { schemas } }) {
  const members = Object.entries(schemas).map(([name, schema]) => member(name, schema, true));
  return `// Made from /openapi.json by \`npm run record\`; a test compares. Do not edit.\n\nexport interface Shapes {\n${indent(members.join('\n'))}\n}\n`;
}

function typeOf(schema) {
  if (schema.$ref !== undefined) return `Shapes['${schema.$ref.split('/').at(-1)}']`;
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' | ');
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ type })).join(' | ');
  switch (schema.type) {
    case 'object':
      return objectOf(schema);
    case 'array':
      return `Array<${typeOf(schema.items)}>`;
    case 'integer':
    case 'number':
      return 'number';
    case 'null':
    case 'string':
    case 'boolean':
      return schema.type;
    default:
      throw new Error(`No type for the schema ${JSON.stringify(schema)}`);
  }
}

function objectOf({ properties, required = [], additionalProperties }) {
  if (properties === undefined) return `Record<string, ${typeOf(additionalProperties)}>`;
  const members = Object.entries(properties).map(([name, schema]) =>
    member(name, schema, required.includes(name)),
  );
  return `{\n${indent(members.join('\n'))}\n}`;
}

function member(name, schema, isRequired) {
  const comment = schema.description === undefined ? '' : `/** ${schema.description}. */\n`;
  return `${comment}${name}${isRequired ? '' : '?'}: ${typeOf(schema)};`;
}

const indent = (text) => text.replace(/^(?=.)/gm, '  ');
