/** Undefined where Stripe knows nothing of that name with our key: it was made with another one. */
export async function ifKnown<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code === 'resource_missing') return undefined;
    throw error;
  }
}
