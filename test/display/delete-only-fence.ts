import { Fence } from '../../src/credits-display/fence.js';

/** The usual cache invalidation: delete the copy when the wallet changes, and trust every reader who comes home late. */
export class DeleteOnlyFence extends Fence {
  override isCurrent(): boolean {
    return true;
  }
}
