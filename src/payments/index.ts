/** The door of the payments module: what is sold, what was bought, and money that went back. */
export { paymentRoutes } from './payments.routes.js';
export { PaymentsModule } from './payments.module.js';
export { PURCHASE_STATES, type Purchase, type PurchaseRecord, type PurchaseState } from './purchase.js';
export { PurchaseDesk } from './purchase-desk.js';
export { PurchaseSweeper } from './purchase-sweeper.js';
export { PurchaseVitals } from './purchase-vitals.js';
export type { RefundPreview } from './refunds.js';
