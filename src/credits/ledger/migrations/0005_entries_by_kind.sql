-- A page of grants or refunds from among a million charges. Charges are not in it, so a charge does not write it.
CREATE INDEX entries_by_kind ON credits.entries (user_id, kind, version) WHERE kind <> 'charge';
