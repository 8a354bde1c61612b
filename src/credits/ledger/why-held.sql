-- Why credits of a wallet are not available: the oldest ten of its holds, with those that this batch makes and
-- ends, which are not in the table yet; and when more come by themselves. Asked only when an operation is refused for
-- want of credits.
CREATE OR REPLACE FUNCTION why_held(w wallets, made running_holds[], ended uuid[])
RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF w.active_holds = 0 AND w.due_at IS NULL THEN
    RETURN NULL;
  END IF;
  RETURN (
    SELECT json_build_object('holds', COALESCE(json_agg(h ORDER BY h.created_version), '[]'),
                             'nextRefill', next_refill(w.number))
      FROM (SELECT a.id, a.action, a.amount, a.expires_at, a.created_version
              FROM (SELECT m.* FROM unnest(made) m WHERE m.wallet = w.number
                     UNION ALL
                    SELECT x.* FROM running_holds x WHERE x.wallet = w.number) a
             WHERE a.id <> ALL (COALESCE(ended, '{}'))
             ORDER BY a.created_version LIMIT 10) h);
END $$;
