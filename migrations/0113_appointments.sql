-- The date and time that an invitation without a calendar file names, with the offset of its time zone if the text says one.
alter table mail_messages add column appointment jsonb;
