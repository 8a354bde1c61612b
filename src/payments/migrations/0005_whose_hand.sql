-- Of the credits that are back: those that we took from its grants as the money went, for what an operator took by hand is
-- theirs to give again; and of these, those that were unused and were refunded as such.
ALTER TABLE payments.purchases
  ADD COLUMN taken        bigint NOT NULL DEFAULT 0 CONSTRAINT purchases_taken_not_negative CHECK (taken >= 0),
  ADD COLUMN unused_taken bigint NOT NULL DEFAULT 0
                          CONSTRAINT purchases_unused_taken_not_negative CHECK (unused_taken >= 0);
UPDATE payments.purchases SET taken = clawed WHERE clawed > 0;

-- What a refund of the unused part found there, and takes whatever has lapsed besides.
ALTER TABLE payments.reversals
  ADD COLUMN unused bigint NOT NULL DEFAULT 0 CONSTRAINT reversals_unused_not_negative CHECK (unused >= 0);
