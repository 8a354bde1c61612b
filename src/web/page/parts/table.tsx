import type { ComponentChildren } from 'preact';

interface TableProps {
  /** The last one holds numbers or what can be done, and is set to the right. */
  columns: string[];
  rows: { key: string; cells: ComponentChildren[]; class?: string }[];
  class?: string;
}

/** A table that becomes a list of short entries where there is no room for columns. Whether there is any row is Answered's to say. */
export function Table({ columns, rows, class: kind }: TableProps) {
  return (
    <table role="table" class={kind}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((name) => (
            <th key={name} role="columnheader" scope="col" data-name={name}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map(({ key, cells, class: name }) => (
          <tr key={key} role="row" class={name}>
            {cells.map((cell, index) => (
              <td key={columns[index]} role="cell" data-name={columns[index]}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
