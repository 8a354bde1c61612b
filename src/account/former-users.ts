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

  /** A start without the key is refused. @throws ConfigurationError */
  async onModuleInit(): Promise<void> {
    await requireErasureKey(this.people, this.environment.dataDir);
  }

  /**
   * What stands for this user among the erased, for the transaction that writes it.
   *
   * @throws ConfigurationError when the others there were written with another key
   */
  async hashOf(userId: string, people: ErasedPeople): Promise<string> {
    const { dataDir } = this.environment;
    if (!(await people.areThere())) await people.takeTurn();
    const key = (await requireErasureKey(people, dataDir)) ?? (await makeErasureKey(dataDir));
    return key.hashOf(userId);
  }

  /** @throws CreditsUnavailableError; ConfigurationError when the key went away while this runs */
  async has(userId: string): Promise<boolean> {
    // Where nobody was erased yet no key is needed, and none is made.
    const people = this.people.of(userId);
    if (!(await people.areThere())) return false;
    this.#key ??= await requireErasureKey(people, this.environment.dataDir);
    return people.includeAnyOf(this.#key?.hashesOf(userId) ?? []);
  }
}
