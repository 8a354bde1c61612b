-- That a hold was raised is said once for all, and not in a row for each time.
INSERT INTO reasons (reason) VALUES ('raised') ON CONFLICT DO NOTHING;
