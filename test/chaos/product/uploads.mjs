import { checkIntegrity } from '../../../dist/credits/plumbing.js';
import { connect } from '../cluster.mjs';
import { within } from './process.mjs';

/** What a client may be told amid trouble; anything else is a fault of ours. */
const FIT_ANSWERS = [201, 402, 503];

/** Paid uploads, each with a key of its own, and what their clients were told. */
export class Uploads {
  /** `{ key, answer }`, the last answer where a client asked again. */
  told = [];
  answers = [];
  #stage;
  #random;

  constructor(stage, random) {
    this.#stage = stage;
    this.#random = random;
  }

  /** One upload, asked for once. */
  async once(product = this.#stage.instances[0]) {
    const user = this.#random.pick(this.#stage.users);
    const upload = { key: `upload-${this.told.length}`, user, answer: undefined };
    this.told.push(upload);
    await this.#ask(upload, product);
    return upload;
  }

  /** The same upload again, with its key. */
  async again(upload, product = this.#stage.instances[0]) {
    const { status, body } = await this.#ask(upload, product);
    // The first attempt still runs: no answer yet.
    if (status === 409 && body.code === 'idempotency_in_progress') this.answers.pop();
  }

  /** Whoever does not know asks again with the same key, until it is decided. */
  async decided() {
    for (const upload of this.told) {
      await within(30_000, async () => {
        if (upload.answer.status !== 201) await this.again(upload);
        return upload.answer.status === 201;
      });
    }
  }

  async #ask(upload, product) {
    upload.answer = await product.uploadText(upload.user, upload.key);
    this.answers.push(upload.answer);
    return upload.answer;
  }

  /** `clients` of them, one upload after the other, while `isOn()` says so. */
  async keepUp(clients, isOn, between = () => undefined, product = undefined) {
    const client = async () => {
      while (isOn()) {
        const { answer } = await this.once(product);
        await between(answer);
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
  }

  /** How many answers of a status there were, and how long the slowest took. */
  tally() {
    const tally = {};
    for (const { status, ms } of this.answers) {
      const of = (tally[status] ??= { count: 0, slowestMs: 0 });
      of.count += 1;
      of.slowestMs = Math.max(of.slowestMs, Math.round(ms));
    }
    return tally;
  }

  /** Answers of another kind, and refusals that are no problem details. */
  unfit() {
    return this.answers.filter(
      ({ status, headers }) =>
        status !== 0 &&
        (!FIT_ANSWERS.includes(status) ||
          (status !== 201 && !headers['content-type']?.startsWith('application/problem+json'))),
    );
  }

  /**
   * The clients' list against the books: acknowledged and not there, there more than once or although its client
   * was told no, and whatever does not add up.
   */
  async judge() {
    const client = await connect(this.#stage.url);
    try {
      const { rows } = await client.query(
        // Each key is hashed once: to try every document of a user on every charge takes minutes for thousands.
        `SELECT e.id, COALESCE(d.filename, 'none of ' || e.id) AS filename, COALESCE(d.documents, 0) AS documents
           FROM credits.ledger_entries e
           LEFT JOIN (SELECT w.number AS wallet, credits.key_hash(w.salt, 'http:' || d.filename) AS key,
                             d.filename, count(*)::int AS documents
                        FROM library.documents d JOIN credits.wallets w USING (user_id) GROUP BY 1, 2, 3) d
                  ON d.wallet = e.wallet AND d.key = e.key
          WHERE e.kind = 'charge'`,
      );
      const charges = new Map(rows.map((row) => [row.filename, row]));
      let [lost, doubled] = [0, 0];
      for (const { key, answer } of this.told) {
        const charge = charges.get(key);
        if (answer.status === 201 && charge?.id !== answer.body.credits.entryId) lost += 1;
        if (charge !== undefined && charge.documents !== 1) doubled += 1;
        if (charge !== undefined && isNo(answer)) doubled += 1;
      }
      const report = await checkIntegrity(async (sql, values) => (await client.query(sql, values)).rows);
      const [{ held }] = (await client.query('SELECT sum(held)::int AS held FROM credits.wallets')).rows;
      return { charges: rows.length, lost, doubled, differences: report.differences.length, held };
    } finally {
      await client.end();
    }
  }
}

/** An answer after which there must be no charge; `credits_unavailable` says that nobody knows. */
function isNo({ status, body }) {
  return status === 402 || (status === 503 && body?.code === 'overloaded');
}
