import { useEffect, useState } from 'react';
import { creditsHooks } from './hooks.js';

/**
 * Hooks for React, from 16.8 on, and for Preact with the alias of `react` that its users have. Without an alias:
 * `creditsHooks` of `creditgate/client` with the hooks of `preact/hooks`.
 */
export const { useBalance, usePrices, usePurchase } = creditsHooks({ useEffect, useState });
export type { Asked, Buying } from './hooks.js';
