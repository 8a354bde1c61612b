/** One try to take credits: true when they were granted. */
export type Attempt = (client: number) => Promise<boolean>;

/**
 * `clients` callers share `attempts` tries, each making its next one as soon as its last was answered.
 * Answers how many were granted.
 */
export async function grantedOf(
  attempt: Attempt,
  { attempts, clients }: { attempts: number; clients: number },
): Promise<number> {
  let left = attempts;
  let granted = 0;
  const client = async (number: number): Promise<void> => {
    while (left > 0) {
      left -= 1;
      // The await stands before the addition: `granted += await …` would read the sum before it waits.
      const yes = await attempt(number);
      if (yes) granted += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  return granted;
}
