-- Credits of the purchase that had lapsed, or that an operator had taken, when this money went: what stood for its credits.
-- Null: nobody has looked since it went.
ALTER TABLE payments.reversals
  ADD COLUMN gone bigint CONSTRAINT reversals_gone_not_negative CHECK (gone >= 0);

-- What was taken as unused follows from the refunds.
ALTER TABLE payments.purchases DROP COLUMN unused_taken;
