//! Finds job applications in email: uploaded mailbox files, Gmail and IMAP.
//!
//! | step | module |
//! | --- | --- |
//! | 1. accept uploaded files, create the import, enqueue its job | [`upload`] |
//! | 2. run the import job, first parsing, then matching | [`import_job`] |
//! | 3. read the files in batches with checkpoints | [`file_reader`] |
//! | 4. parse and classify each message | crate [`mod@mail_reader`] |
//! | 5. match messages to applications | [`matching`] |
//! | 6. write new and changed applications, and their events | [`apply`] |
//! | 7. show what an import would change, and apply it | [`preview`] |
//! | 8. apply the users' decisions about messages | [`inbox`] |
//!
//! [`split`] creates a new application from messages of another one, with steps 5 and 6.
//!
//! [`sync`] reads connected mailboxes, from [`gmail`] or [`imap`], and shares steps 4 to 6.

mod apply;
mod connect_mailbox;
mod demo;
mod file_reader;
mod gmail;
mod imap;
mod import_job;
mod imports;
mod inbox;
mod matching;
mod messages;
mod preview;
mod queries;
mod split;
mod sync;
mod tokens;
mod upload;

pub use connect_mailbox::{connect_authorized_mailbox, start_mailbox_connection};
pub(crate) use demo::seed_demo_email;
pub(crate) use gmail::Gmail;
pub use gmail::update_gmail_token;
pub(crate) use imap::Imap;
pub use imap::{
    IdleConnections, ImapConnector, ImapSettings, connect_imap, list_imap_providers, list_outlook_mailboxes,
};
pub(crate) use import_job::ImportMail;
pub use imports::{cancel_import, confirm_import, get_import};
pub use inbox::{count_review, decide_mail, get_mail, get_mails, get_review, list_messages, undo_mail};
pub use messages::get_user_google_emails;
pub use preview::get_import_findings;
pub use split::split_application;
pub(crate) use sync::{ClearMailbox, SyncMailbox, disconnect_all};
pub use sync::{disconnect_mailbox, get_mailboxes, sync_mailbox, sync_user_emails};
pub(crate) use tokens::revocable_tokens;
pub use upload::{MAX_UPLOAD_BYTES, MAX_UPLOAD_FILES, Upload, begin_import};

use crate::Error;
use mail_reader::MailReader;
use std::sync::OnceLock;

/// The message reader. It is created at the first use, because compiling its rulesets takes a while.
fn mail_reader() -> Result<&'static MailReader, Error> {
    static READER: OnceLock<MailReader> = OnceLock::new();
    if let Some(reader) = READER.get() {
        return Ok(reader);
    }
    let reader = MailReader::new().map_err(|e| Error::Internal(e.to_string()))?;
    Ok(READER.get_or_init(|| reader))
}

/// Compiles the rulesets of the message reader in advance, so that the first import is as fast as the others.
///
/// # Errors
/// [`Error::Internal`] if a ruleset is invalid, which a test rules out.
pub fn load_rulesets() -> Result<(), Error> {
    mail_reader().map(drop)
}
