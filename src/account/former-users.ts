import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Environment } from '../config/environment.js';
import { ErasedPeople } from '../credits/index.js';
import { makeErasureKey, requireErasureKey, type ErasureKey } from './erasure-key.js';

/**
 * People whose user id was erased. Only a hash of it is remembered, keyed with a secret that is not in the database,
 * so that one who comes back with a token is not welcomed as a newcomer again.
 */
@Injectable()
export class FormerUsers implements OnModuleInit {
  #key: ErasureKey | undefined;

  constructor(
    private readonly people: ErasedPeople,
    private readonly environment: Environment,
  ) {}

  /** Refuses a start without the key. @throws ConfigurationError */
  async onModuleInit(): Promise<void> {
    await requireErasureKey(this.people, this.environment.dataDir);
  }

  /**
   * The row that stands for this user among the erased, for the transaction that writes it.
   *
   * @throws ConfigurationError if the rows already there were written with another key
   */
  async hashOf(userId: string, people: ErasedPeople): Promise<string> {
    const { dataDir } = this.environment;
    if (!(await people.areThere())) await people.takeTurn();
    const key = (await requireErasureKey(people, dataDir)) ?? (await makeErasureKey(dataDir));
    return key.hashOf(userId);
  }

  /** @throws CreditsUnavailableError; ConfigurationError if the key has gone since the start */
  async has(userId: string): Promise<boolean> {
    // If nobody was erased yet, no key is needed and none is made.
    const people = this.people.of(userId);
    if (!(await people.areThere())) return false;
    this.#key ??= await requireErasureKey(people, this.environment.dataDir);
    return people.includeAnyOf(this.#key?.hashesOf(userId) ?? []);
  }
}
