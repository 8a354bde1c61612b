import type { Grant } from '../api/types.js';
import { Table } from '../parts/table.js';
import { day, number, sentence } from '../parts/words.js';

export function GrantsTable({ grants }: { grants: Grant[] }) {
  return (
    <Table
      columns={['Given', 'Kind', 'Reason', 'Expires', 'Left']}
      rows={grants.map(({ id, createdAt, category, reason, expiresAt, remaining, amount }) => ({
        key: id,
        cells: [
          day(createdAt),
          sentence(category),
          reason ?? '',
          expiresAt === null ? 'never' : day(expiresAt),
          `${number(remaining)} of ${number(amount)}`,
        ],
      }))}
      empty="No credits are left."
    />
  );
}
