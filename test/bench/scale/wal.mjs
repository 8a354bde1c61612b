/**
 * What the write-ahead log between two places is made of, for each call: rows put into indexes, and bytes of full page
 * images, which each page costs once after a checkpoint. Nulls where pg_walinspect is not installed.
 */
export async function walOf(monitor, { from, to, calls }) {
  try {
    await monitor.query('CREATE EXTENSION IF NOT EXISTS pg_walinspect');
    const { rows } = await monitor.query(
      `SELECT sum(count) FILTER (WHERE "resource_manager/record_type" LIKE 'Btree/INSERT%')::float8 AS index_writes,
              sum(fpi_size)::float8 AS page_images
         FROM pg_get_wal_stats('0/0'::pg_lsn + $1::numeric, '0/0'::pg_lsn + $2::numeric, true)`,
      [from, to],
    );
    const { index_writes, page_images } = rows[0];
    return { indexWritesPerCall: index_writes / calls, pageImageBytesPerCall: page_images / calls };
  } catch {
    return { indexWritesPerCall: null, pageImageBytesPerCall: null };
  }
}
