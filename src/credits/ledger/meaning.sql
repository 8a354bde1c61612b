-- True if a verb can mean this operation at all. PostgreSQL inlines it into the calling statement because it has no
-- search_path of its own.
CREATE OR REPLACE FUNCTION is_meaningful(o operation) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT (CASE o.verb
    WHEN 'charge' THEN o.credits >= 0 AND o.user_id IS NOT NULL AND o.id IS NOT NULL AND o.action IS NOT NULL
    WHEN 'hold' THEN o.credits >= 0 AND o.ttl_seconds > 0 AND o.user_id IS NOT NULL AND o.id IS NOT NULL
                     AND o.action IS NOT NULL
    WHEN 'capture' THEN COALESCE(o.credits, 0) >= 0 AND o.hold_id IS NOT NULL
    WHEN 'release' THEN o.hold_id IS NOT NULL
    WHEN 'extend' THEN o.ttl_seconds > 0 AND o.hold_id IS NOT NULL
    WHEN 'take' THEN o.ttl_seconds > 0 AND o.hold_id IS NOT NULL AND o.user_id IS NOT NULL AND o.action IS NOT NULL
                     AND o.owner IS NOT NULL
    WHEN 'raise' THEN o.credits >= 0 AND o.hold_id IS NOT NULL AND o.id IS NOT NULL
    WHEN 'settle' THEN o.user_id IS NOT NULL OR o.entry_id IS NOT NULL
    WHEN 'refund' THEN COALESCE(o.credits, 1) > 0 AND o.entry_id IS NOT NULL
    WHEN 'grant' THEN o.credits > 0 AND o.user_id IS NOT NULL
    WHEN 'adjust' THEN o.credits <> 0 AND o.user_id IS NOT NULL
    WHEN 'clawback' THEN o.credits > 0 AND o.entry_id IS NOT NULL
    WHEN 'restore' THEN o.credits > 0 AND o.entry_id IS NOT NULL
  END AND (o.key IS NULL) = (o.fingerprint IS NULL)
      AND (o.verb NOT IN ('refund', 'grant', 'adjust', 'clawback', 'restore')
           OR (o.id IS NOT NULL AND o.reason IS NOT NULL AND o.actor IS NOT NULL))) IS TRUE
$$;
