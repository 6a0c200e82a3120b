-- Connecting Gmail in a browser, and telling its person when fetching was given up.
alter table sign_in_flows drop constraint sign_in_flows_purpose_check;
alter table sign_in_flows add constraint sign_in_flows_purpose_check check (purpose in ('sign_in', 'link', 'gmail'));

alter table mailbox add column failed_at timestamptz; -- when fetching was given up, until it comes to its end again
