export interface RouteRequest {
  route: string;
  after?: string;
  isSlow?: true;
  /** What there is to try is refused (409), whatever happens. */
  refusal?: number;
  leaves: string[];
}

export interface RouteAnswer {
  status: number;
  headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

export interface SentRequest {
  url: URL;
  method: string;
  headers: Record<string, string>;
  /** JSON, or a form with a file. */
  body?: string | FormData;
}

export type Made = Record<string, unknown>;

export function requestsFor(routes: readonly string[]): RouteRequest[];

export class Desk {
  constructor(url: string, tokenOf: (user: string, isAdmin: boolean) => Promise<string>);
  prepare(route: string, user: string): Promise<Made>;
  requestFor(route: string, user: string, made: Made, key: string): Promise<SentRequest>;
  ask(route: string, user: string, made: Made, key: string): Promise<RouteAnswer>;
}
