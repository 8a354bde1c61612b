/** What this page reads of OpenAPI 3.1, as the server writes it. */
export interface OpenApi {
  info: { title: string; description: string };
  tags: { name: string; description?: string }[];
  paths: Record<string, Partial<Record<Method, Operation>>>;
  components: { schemas: Record<string, Schema>; examples: Record<string, { value: unknown }> };
}

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export interface Operation {
  operationId: string;
  tags?: string[];
  summary?: string;
  description?: string;
  parameters: Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, ResponseObject>;
  security: object[];
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
  example?: unknown;
}

export interface ResponseObject {
  description: string;
  headers?: Record<string, { description?: string }>;
  content?: Content;
}

export type Content = Record<string, { schema?: Schema; example?: unknown }>;

export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  format?: string;
}

/** One route, with all that says which it is. */
export interface Route {
  method: string;
  path: string;
  operation: Operation;
}

/** In the order of their tags, and within one as the server has them. */
export function routesByTag({ paths, tags }: OpenApi): [tag: string, routes: Route[]][] {
  const routes = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  return tags.map(({ name }) => [name, routes.filter(({ operation }) => operation.tags?.includes(name))]);
}

/** `{ limit }` of a schema in a few words: “integer”, “one of txt, docx”, “list of Entry”. */
export function typeOf(schema: Schema | undefined): string {
  if (schema === undefined) return '';
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1)!;
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`;
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.type === 'array') return `list of ${typeOf(schema.items) || 'anything'}`;
  const types = [schema.type ?? []].flat().join(' or ');
  return schema.format === undefined ? types : `${types} (${schema.format})`;
}

/** The members of a body, those of objects within it behind a dot. */
export function membersOf(document: OpenApi, schema: Schema | undefined, before = ''): Member[] {
  const own = resolved(document, schema);
  if (own?.type === 'array') return membersOf(document, own.items, `${before}[]`);
  return Object.entries(own?.properties ?? {}).flatMap(([name, member]) => {
    const path = before === '' ? name : `${before}.${name}`;
    const inner = [resolved(document, member), ...(member.anyOf ?? []).map((one) => resolved(document, one))];
    const isRequired = own?.required?.includes(name) ?? false;
    return [
      { path, type: typeOf(member), description: member.description, isRequired },
      ...inner.flatMap((one) => (one === undefined ? [] : membersOf(document, one, path))),
    ];
  });
}

export interface Member {
  path: string;
  type: string;
  description?: string;
  isRequired: boolean;
}

function resolved(document: OpenApi, schema: Schema | undefined): Schema | undefined {
  const name = schema?.$ref?.split('/').at(-1);
  return name === undefined ? schema : document.components.schemas[name];
}
