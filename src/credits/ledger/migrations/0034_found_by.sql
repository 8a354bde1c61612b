-- An erasure takes the name from what a person did as an operator.
CREATE INDEX erasures_of_actor ON erasures (actor);
-- Operators ask for what could not be told, among all that was.
CREATE INDEX outbox_failed ON outbox (created_at, id, channel) WHERE state = 'failed' OR state = 'waiting' AND attempts > 0;
