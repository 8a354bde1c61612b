-- Why a wallet's credits are not available: its oldest ten holds, counting those that this batch makes and ends,
-- which are not in the table yet; and when more credits come by themselves. Called only when an operation is refused
-- for want of credits.
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
