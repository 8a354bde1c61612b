-- Answers are deleted after a day, in small batches: what they leave is to be reused soon, before the table grows.
ALTER TABLE credits.answers SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
