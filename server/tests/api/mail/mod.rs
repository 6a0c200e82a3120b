//! `/api/mail`.

mod import_mails;
