SET lock_timeout = '5s';
CREATE INDEX b_note ON public.b USING btree (note);
