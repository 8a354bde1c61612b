/** What the clients of a fault run ask for. Every operation has a key of its own, and one definite outcome. */
export const PRICES = { audio_upload: 2, txt_upload: 3, docx_processing: 5, premium_export: 15 };

const ACTIONS = Object.keys(PRICES);
/** Long enough to outlive the hold's time to live if nobody kept it alive. */
const LONG_WORK_SHARE = 0.002;
const FAILING_WORK_SHARE = 0.15;

/** By how much an operation changes the balance of its wallet when it is done. */
export function changeOf({ kind, action, amount, fails }) {
  if (fails) return 0;
  return kind === 'charge' || kind === 'job' ? -PRICES[action] : amount;
}

export class OperationPlan {
  #random;
  #options;
  #recentCharges = [];
  #count = 0;

  constructor(random, options) {
    this.#random = random;
    this.#options = options;
  }

  next(clientName) {
    const { mix, holdTtlSeconds, workMs = 30 } = this.#options;
    const random = this.#random;
    const kind = random.weighted(mix);
    const operation = { kind, userId: this.#wallet(), key: `${clientName}-${++this.#count}` };
    switch (kind) {
      case 'grant':
        return { ...operation, amount: random.whole(20, 180) };
      case 'refund':
        return this.#refund(operation);
      case 'job': {
        const long = random.chance(LONG_WORK_SHARE);
        const duration = long ? holdTtlSeconds * 1500 : random.whole(0, workMs);
        const fails = random.chance(FAILING_WORK_SHARE);
        return { ...operation, action: random.pick(ACTIONS), workMs: duration, fails };
      }
      default:
        return { ...operation, action: random.pick(ACTIONS) };
    }
  }

  /** A charge that was acknowledged may be refunded later. */
  remember({ userId, action }, { entryId }) {
    this.#recentCharges[this.#random.whole(0, 199)] = { userId, entryId, price: PRICES[action] };
  }

  #refund(operation) {
    const charge = this.#recentCharges[this.#random.whole(0, 199)];
    if (charge === undefined) return { ...operation, kind: 'grant', amount: 1 };
    const { userId, entryId, price } = charge;
    return { ...operation, userId, entryId, amount: this.#random.whole(1, price) };
  }

  /** A few wallets are hot, so that concurrent operations meet on one row. */
  #wallet() {
    const { wallets } = this.#options;
    return walletName(this.#random.whole(0, this.#random.chance(0.25) ? 2 : wallets - 1));
  }
}

export const walletName = (number) => `wallet-${number}`;
