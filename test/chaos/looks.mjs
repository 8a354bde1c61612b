/**
 * Whether what is shown is as new as what was told. The instance that told of a change shows no older balance to
 * anybody who asks afterwards; another one does not to whoever sends the version.
 */
export class Looks {
  count = 0;
  stale = 0;
  examples = [];
  #fleet;

  constructor(fleet) {
    this.#fleet = fleet;
  }

  /** A client looks at the balance after `teller` told it of a change. */
  async after({ userId }, { version }, teller, random) {
    if (version === undefined) return;
    const worker = this.#fleet.any(random);
    if (worker === undefined) return;
    const minVersion = worker === teller ? undefined : version;
    this.#judge(await worker.call({ kind: 'read', userId, minVersion }), { userId, version });
  }

  /** When nobody is at work any more: every wallet on every instance, twice, so that a copy is looked at too. */
  async atRest(versions) {
    for (const worker of this.#fleet.serving) {
      for (const [userId, version] of [...versions, ...versions]) {
        this.#judge(await worker.call({ kind: 'read', userId }), { userId, version });
      }
    }
  }

  /** No answer is not an old one; a refusal would be a fault, for the database is at this version. */
  #judge({ ok, refused }, told) {
    if (ok === undefined && refused === undefined) return;
    this.count += 1;
    if (ok !== undefined && ok.version >= told.version) return;
    this.stale += 1;
    if (this.examples.length < 3) this.examples.push(JSON.stringify({ told, shown: ok ?? refused }));
  }
}
