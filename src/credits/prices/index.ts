/** How prices are written: a door of its own, for the configuration is read before the engine is loaded. */
export type { Measured, MeasuredPrice, Price, Prices, Rate } from './price.js';
export { InvalidPriceError, readPrice } from './read-price.js';
