import { ErasedPeople } from '../reads/erased-people.js';

/** Erasures are an operator's and need a database. */
export class NobodyErased extends ErasedPeople {
  constructor() {
    super(() => []);
  }

  override async areThere(): Promise<boolean> {
    return false;
  }

  override async haveAnotherMark(): Promise<boolean> {
    return false;
  }

  override async includeAnyOf(): Promise<boolean> {
    return false;
  }

  override async takeTurn(): Promise<void> {}
}
