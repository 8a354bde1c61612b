import { useState } from 'preact/hooks';
import { CopyButton } from '../parts/copy-button.js';
import { Table } from '../parts/table.js';
import { curlOf } from './curl.js';
import { membersOf, typeOf, type ResponseObject, type Content, type OpenApi, type Route } from './openapi.js';

/** A route in one line, and all about it once it is opened. */
export function RoutePart({ route, document }: { route: Route; document: OpenApi }) {
  const { method, path, operation } = route;
  const isNamed = location.hash === `#${operation.operationId}`;
  const [isOpen, setOpen] = useState(isNamed);
  return (
    <details
      id={operation.operationId}
      class="route"
      open={isOpen}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>
        <span class={`method ${method.toLowerCase()}`}>{method}</span> <code>{path}</code>{' '}
        <span class="soft">{operation.summary}</span>
      </summary>
      {isOpen && <About route={route} document={document} />}
    </details>
  );
}

function About({ route, document }: { route: Route; document: OpenApi }) {
  const { operation } = route;
  const { description, parameters, requestBody, responses, security, operationId } = operation;
  const curl = curlOf(route, location.origin);
  return (
    <>
      <p>
        <Marked text={description ?? ''} /> {security.length === 0 && 'Public. '}
        <a href={`#${operationId}`}>Link to this</a>
      </p>
      {parameters.length > 0 && (
        <Table
          label="Parameters"
          class="facts"
          columns={['Parameter', 'Where', 'Type', 'What it means']}
          rows={parameters.map(({ name, in: where, schema, description: means, required }) => ({
            key: `${where} ${name}`,
            cells: [
              <code>{name}</code>,
              `${where}${required === true ? ', required' : ''}`,
              typeOf(schema),
              <Marked text={means ?? ''} />,
            ],
          }))}
        />
      )}
      {requestBody !== undefined && (
        <Body title="It takes" content={requestBody.content} document={document} />
      )}
      {Object.entries(responses).map(([status, answer]) => (
        <AnswerPart key={status} status={status} answer={answer} document={document} />
      ))}
      <h4>On the command line</h4>
      <pre tabIndex={0}>{curl}</pre>
      <CopyButton text={curl} label={`Copy the command of ${route.method} ${route.path}`} />
    </>
  );
}

function AnswerPart({
  status,
  answer,
  document,
}: {
  status: string;
  answer: ResponseObject;
  document: OpenApi;
}) {
  const isRefusal = Number(status) >= 400;
  if (isRefusal) {
    return (
      <p class="refusal">
        <strong>{status}</strong> <Marked text={answer.description} link />
      </p>
    );
  }
  return (
    <>
      <h4>
        {status}: {answer.description}
      </h4>
      {answer.headers !== undefined && (
        <p class="soft">
          Headers: <code>{Object.keys(answer.headers).join(', ')}</code>
        </p>
      )}
      {answer.content !== undefined && <Body content={answer.content} document={document} />}
    </>
  );
}

function Body({ title, content, document }: { title?: string; content: Content; document: OpenApi }) {
  return (
    <>
      {title !== undefined && <h4>{title}</h4>}
      {Object.entries(content).map(([type, { schema, example }]) => {
        const members = membersOf(document, schema);
        return (
          <div key={type} class="body">
            <p class="soft">
              <code>{type}</code> {typeOf(schema)}
            </p>
            <pre tabIndex={0}>{typeof example === 'string' ? example : JSON.stringify(example, null, 2)}</pre>
            {members.length > 0 && (
              <details>
                <summary>Its {members.length} members</summary>
                <Table
                  label={`Members of ${typeOf(schema)}`}
                  class="facts"
                  columns={['Member', 'Type', 'What it means']}
                  rows={members.map(({ path, type: kind, description, isRequired }) => ({
                    key: path,
                    cells: [
                      <code>{path}</code>,
                      `${kind}${isRequired ? '' : ', optional'}`,
                      <Marked text={description ?? ''} />,
                    ],
                  }))}
                />
              </details>
            )}
          </div>
        );
      })}
    </>
  );
}

/** `code` in a text, and where it is one of a problem, the way to its page. */
function Marked({ text, link = false }: { text: string; link?: boolean }) {
  return (
    <>
      {text.split('`').map((part, index) => {
        if (index % 2 === 0) return part;
        const code = <code>{part}</code>;
        return link ? <a href={`/problems/${part.replaceAll('_', '-')}`}>{code}</a> : code;
      })}
    </>
  );
}
