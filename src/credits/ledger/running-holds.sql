-- Why credits of a wallet are not available: the oldest ten of its holds, with those that this batch makes and
-- resolves, which are not in the table yet. Asked only when an operation is refused for want of credits.
CREATE OR REPLACE FUNCTION credits.running_holds(w credits.wallets, unwritten credits.holds[])
RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF w.active_holds = 0 THEN
    RETURN NULL;
  END IF;
  RETURN (
    SELECT json_build_object('holds', json_agg(h ORDER BY h.created_version))
      FROM (SELECT a.id, a.action, a.amount, a.expires_at, a.created_version
              FROM (SELECT u.* FROM unnest(unwritten) u
                     UNION ALL
                    SELECT x.* FROM credits.holds x
                     WHERE x.user_id = w.user_id AND x.state = 'held'
                       AND x.id NOT IN (SELECT u.id FROM unnest(unwritten) u)) a
             WHERE a.user_id = w.user_id AND a.state = 'held'
             ORDER BY a.created_version LIMIT 10) h);
END $$;
