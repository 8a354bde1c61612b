import { useMemo, useState } from 'preact/hooks';
import { Answered } from '../parts/answered.js';
import { useAsked } from '../api/use-answer.js';
import { routesByTag, type OpenApi, type Route } from './openapi.js';
import { RoutePart } from './route-part.js';

async function read(signal: AbortSignal): Promise<OpenApi> {
  const response = await fetch('/openapi.json', { signal });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return (await response.json()) as OpenApi;
}

/** Every route there is, as the running server describes itself. */
export function Reference() {
  const answer = useAsked<OpenApi>(read, '/openapi.json', null);
  return (
    <>
      <header class="bar">
        <a class="mark" href="/">
          <img src="/icon.svg" alt="" width="28" height="28" />
          <span>creditgate</span>
        </a>
      </header>
      <main>
        <h1>API</h1>
        <Answered answer={answer} what="The description of the API">
          {(document) => <Routes document={document} />}
        </Answered>
      </main>
    </>
  );
}

function Routes({ document }: { document: OpenApi }) {
  const [wanted, setWanted] = useState('');
  const tags = useMemo(() => routesByTag(document), [document]);
  const found = tags.map(([tag, routes]) => [tag, routes.filter((route) => fits(route, wanted))] as const);
  return (
    <>
      <p>{document.info.description}</p>
      <p class="soft">
        For tools: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1). Routes want{' '}
        <code>Authorization: Bearer …</code> unless they say that they are public.
      </p>
      <form role="search" onSubmit={(event) => event.preventDefault()}>
        <label>
          Find a route
          <input
            type="search"
            value={wanted}
            onInput={({ currentTarget }) => setWanted(currentTarget.value)}
          />
        </label>
      </form>
      {found.every(([, routes]) => routes.length === 0) && <p class="nothing">No route is called that.</p>}
      {found
        .filter(([, routes]) => routes.length > 0)
        .map(([tag, routes]) => (
          <section key={tag} class="card" aria-label={tag}>
            <h2>{tag}</h2>
            {routes.map((route) => (
              <RoutePart key={route.operation.operationId} route={route} document={document} />
            ))}
          </section>
        ))}
    </>
  );
}

function fits({ method, path, operation }: Route, wanted: string): boolean {
  const text = `${method} ${path} ${operation.summary} ${operation.description}`.toLowerCase();
  return wanted
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
