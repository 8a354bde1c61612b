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
  /** Where the routes of credits are, of this origin or another; default `/api/credits`. */
  url?: string;
  /** The bearer of whoever is signed in; asked for each request. Absent where cookies say who it is. */
  token?: () => string | undefined | Promise<string | undefined>;
  /** Your own, for instance one that sends cookies to another origin. */
  fetch?: typeof fetch;
  /** An answer was 401, to a request with this token; another one may be there by now. */
  onSignedOut?: (token: string | undefined) => void;
  /** To be told of the rows that change, as the balance is: whoever shows lists need not read them again. */
  changes?: ChangeListener;
}

type Asking = Pick<Call, 'signal' | 'tries'>;

/**
 * What a page needs of the credits of whoever is signed in. Every method may reject with a CreditsProblem (the server
 * said no) or with Unreachable (nobody knows); `live` is the balance as it changes.
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

  /** Never older than what any answer said; `refresh` reads the database. */
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

  /** The newest 200. */
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

  /** Begins a purchase; its `url` is where it is paid. The same key is the same checkout. */
  buy(offer: string, call: Pick<Call, 'idempotencyKey' | 'signal' | 'tries'> = {}): Promise<Purchase> {
    return this.call(`${this.#url}/purchases`, { ...call, json: { offer } });
  }

  purchases(page: Pick<HistoryFilter, 'limit' | 'cursor'> = {}, asking?: Asking): Promise<Page<Purchase>> {
    return this.#read('/purchases', page, asking);
  }

  purchase(id: string, asking?: Asking): Promise<Purchase> {
    return this.#read(`/purchases/${encodeURIComponent(id)}`, {}, asking);
  }

  /** The parsed answer of any route: of your paid endpoints, too. What it says of the balance is shown at once. */
  call<T>(url: string, call: Call = {}): Promise<T> {
    const { turn } = this.live;
    return this.#send(url, call, async (response) => {
      const text = await response.text();
      const answer: unknown = text === '' ? undefined : JSON.parse(text);
      this.#hear(answer, turn);
      return answer as T;
    });
  }

  /** The answer itself, where its body is not JSON. */
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
