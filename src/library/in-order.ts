import { NotFoundException } from '@nestjs/common';

/** The rows found, in the order of the ids. @throws NotFoundException if one is missing */
export function inOrder<T extends { id: string }>(ids: string[], found: T[]): T[] {
  const byId = new Map(found.map((one) => [one.id, one]));
  return ids.map((id) => {
    const one = byId.get(id.toLowerCase());
    if (one === undefined) throw new NotFoundException();
    return one;
  });
}
