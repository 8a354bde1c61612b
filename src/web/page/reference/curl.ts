import type { Operation, Route } from './openapi.js';

/** The route as one types it: with the examples of all that it wants. */
export function curlOf({ method, path, operation }: Route, origin: string): string {
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const example = operation.parameters.find((one) => one.name === name)?.example;
    return encodeURIComponent(typeof example === 'string' ? example : name);
  });
  const lines = [
    `curl -s ${method === 'GET' ? '' : `-X ${method} `}'${origin}${address}'`,
    ...(operation.security.length > 0 ? [`-H "Authorization: Bearer $TOKEN"`] : []),
    ...bodyOf(operation),
  ];
  return lines.join(' \\\n  ');
}

function bodyOf({ requestBody }: Operation): string[] {
  if (requestBody === undefined) return [];
  const json = requestBody.content['application/json'];
  if (json === undefined) return ['-F file=@chapter.txt'];
  const text = JSON.stringify(json.example).replaceAll("'", String.raw`'\''`);
  return [`-H 'Content-Type: application/json'`, `-d '${text}'`];
}
