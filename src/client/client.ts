import { LiveBalance, type ChangeListener } from './live-balance.js';
import { CreditsProblem, isProblem } from './problem.js';
import { send, type Call, type Sender } from './send.js';
import type {
  BalanceAnswer,
  Charge,
  Entry,
  Grant,
  HistoryFilter,
  Hold,
  Offer,
  Page,
  PriceList,
  Purchase,
  Quote,
  QuoteRequest,
  Usage,
} from './types.js';

export interface CreditsClientOptions {
  /** Where the credit routes are, on this origin or another; default `/api/credits`. */
  url?: string;
  /** Returns the bearer token of the user; called for each request. Leave it out if cookies sign the user in. */
  token?: () => string | undefined | Promise<string | undefined>;
  /** A `fetch` of your own, for example one that sends cookies to another origin. */
  fetch?: typeof fetch;
  /** Called after a 401 to a request with this token; there may be a newer token by then. */
  onSignedOut?: (token: string | undefined) => void;
  /** Receives the rows that change, along with the balance, so that a page need not read its lists again. */
  changes?: ChangeListener;
}

type Asking = Pick<Call, 'signal' | 'tries'>;

/**
 * The credits of the signed-in user, for a page. Every method may reject with CreditsProblem (the server refused) or with
 * Unreachable (no answer came: the outcome is unknown). `live` is the balance as it changes.
 */
export class CreditsClient {
  readonly live: LiveBalance;
  readonly #url: string;

  constructor(private readonly options: CreditsClientOptions = {}) {
    this.#url = (options.url ?? '/api/credits').replace(/\/$/, '');
    const { changes } = options;
    const line = `${this.#url}/stream${changes ? '?changes=true' : ''}`;
    this.live = new LiveBalance((signal) => this.request(line, { signal, tries: 1 }), changes);
  }

  /** The balance, never older than any answer so far; with `refresh` from the database, else perhaps from a cache. */
  async balance({ refresh = false, ...asking }: Asking & { refresh?: boolean } = {}): Promise<BalanceAnswer> {
    const { floor, turn } = this.live;
    const headers = floor > 0 && !refresh ? { 'x-min-balance-version': String(floor) } : undefined;
    const query = refresh ? '?refresh=true' : '';
    const balance = await this.call<BalanceAnswer>(this.#url + query, { ...asking, headers });
    this.live.show(balance, turn);
    return balance;
  }

  prices(asking?: Asking): Promise<PriceList> {
    return this.#read('/prices', {}, asking);
  }

  /** What an action would cost now; nothing is set aside. */
  quote(request: QuoteRequest, asking?: Asking): Promise<Quote> {
    return this.call(`${this.#url}/quote`, { ...asking, json: request });
  }

  history(filter: HistoryFilter = {}, asking?: Asking): Promise<Page<Entry>> {
    return this.#read('/history', filter, asking);
  }

  /** The newest 200 holds, of all states or of one. */
  async holds(state?: Hold['state'], asking?: Asking): Promise<Hold[]> {
    return (await this.#read<{ data: Hold[] }>('/holds', { state }, asking)).data;
  }

  hold(id: string, asking?: Asking): Promise<Hold> {
    return this.#read(`/holds/${encodeURIComponent(id)}`, {}, asking);
  }

  async grants(asking?: Asking): Promise<Grant[]> {
    return (await this.#read<{ data: Grant[] }>('/grants', {}, asking)).data;
  }

  async usage(
    query: { from?: string; to?: string; groupBy?: 'day' | 'action' } = {},
    asking?: Asking,
  ): Promise<Usage[]> {
    return (await this.#read<{ data: Usage[] }>('/usage', query, asking)).data;
  }

  async offers(asking?: Asking): Promise<Offer[]> {
    return (await this.#read<{ offers: Offer[] }>('/offers', {}, asking)).offers;
  }

  /** Begins a purchase; the user pays at its `url`. The same idempotency key gets the same checkout. */
  buy(offer: string, call: Pick<Call, 'idempotencyKey' | 'signal' | 'tries'> = {}): Promise<Purchase> {
    return this.call(`${this.#url}/purchases`, { ...call, json: { offer } });
  }

  purchases(page: Pick<HistoryFilter, 'limit' | 'cursor'> = {}, asking?: Asking): Promise<Page<Purchase>> {
    return this.#read('/purchases', page, asking);
  }

  purchase(id: string, asking?: Asking): Promise<Purchase> {
    return this.#read(`/purchases/${encodeURIComponent(id)}`, {}, asking);
  }

  /** Calls any route, such as your paid endpoints, and parses its JSON; `live` learns the balance that the answer states. */
  call<T>(url: string, call: Call = {}): Promise<T> {
    const { turn } = this.live;
    return this.#send(url, call, async (response) => {
      const text = await response.text();
      const answer: unknown = text === '' ? undefined : JSON.parse(text);
      this.#hear(answer, turn);
      return answer as T;
    });
  }

  /** Calls any route and returns the Response, for bodies that are not JSON. */
  request(url: string, call: Call = {}): Promise<Response> {
    return this.#send(url, call, (response) => Promise.resolve(response));
  }

  #read<T>(path: string, query: object, asking?: Asking): Promise<T> {
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const text = new URLSearchParams(given as [string, string][]).toString();
    return this.call<T>(`${this.#url}${path}${text && `?${text}`}`, asking);
  }

  async #send<T>(url: string, call: Call, use: (response: Response) => Promise<T>): Promise<T> {
    let token: string | undefined;
    const { turn } = this.live;
    const { fetch = globalThis.fetch, onSignedOut } = this.options;
    const sender: Sender = {
      fetch: (...request) => fetch(...request),
      headers: async (): Promise<Record<string, string>> => {
        token = await this.options.token?.();
        return token === undefined ? {} : { authorization: `Bearer ${token}` };
      },
    };
    try {
      return await send(sender, url, call, use);
    } catch (error) {
      if (error instanceof CreditsProblem) {
        if (error.status === 401) onSignedOut?.(token);
        this.#hear(error.members, turn);
      }
      if (isProblem(error, 'insufficient_credits')) this.live.notBefore(error.members.balanceVersion, turn);
      throw error;
    }
  }

  /** A paid answer says what it left, and so does one that failed. */
  #hear(answer: unknown, turn: number): void {
    const credits = (answer as { credits?: unknown } | undefined | null)?.credits;
    if (typeof (credits as Partial<Charge> | undefined | null)?.version === 'number')
      this.live.showCharge(credits as Charge, turn);
  }
}
