import type { ComponentChildren, VNode } from 'preact';

export interface TableRow {
  key: string;
  cells: ComponentChildren[];
  class?: string;
}

interface TableProps {
  /** The table's caption, for people who cannot see where it stands. */
  label: string;
  /** The last one holds numbers or what can be done, and is set to the right. */
  columns: string[];
  rows: TableRow[];
  class?: string;
}

/** What was drawn of a row. Preact passes over a node that is the very same, so a long list costs what is new in it. */
const drawn = new WeakMap<TableRow, VNode>();

/** A table that becomes a list of short entries where there is no room for columns. Whether there is any row is Answered's to say. */
export function Table({ label, columns, rows, class: kind }: TableProps) {
  return (
    <table role="table" class={kind} aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((name) => (
            <th key={name} role="columnheader" scope="col" data-name={name}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">{rows.map((row) => drawnOf(row, columns))}</tbody>
    </table>
  );
}

function drawnOf(row: TableRow, columns: string[]): VNode {
  let node = drawn.get(row);
  if (node === undefined) {
    node = (
      <tr key={row.key} role="row" class={row.class}>
        {row.cells.map((cell, index) => (
          <td key={columns[index]} role="cell" data-name={columns[index]}>
            {cell}
          </td>
        ))}
      </tr>
    );
    drawn.set(row, node);
  }
  return node;
}
