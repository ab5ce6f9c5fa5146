CREATE INDEX b_note ON `b` (note);
