//! One's own account: passwords, links in letters, sign-ins, taking everything along, leaving. On a real database, with
//! letters taken in by a mail server that speaks SMTP.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod bounds;
mod erase;
mod export;
mod inventory;
mod letters;
mod links;
mod passwords;
mod sessions;
mod sink;
mod support;
