/** Where a buyer pays. */
export interface Checkout {
  /** What the provider calls it. */
  ref: string;
  url: string;
  expiresAt: Date;
}
