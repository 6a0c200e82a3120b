//! Limits of what users store.

use crate::Error;
use domain::{ErrorCode, numbers::group_thousands};

const MIB: u64 = 1024 * 1024;

/// Limits of what users store. Rows and text are counted for a user in one workspace, including the trash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StorageLimits {
    /// Uploads are rejected while the file system of the data directory has less free space.
    pub min_free_bytes: u64,
    /// Maximum total size of the files of a user's open imports.
    pub max_open_bytes: u64,
    /// Imports and syncs stop at this number of messages of a user.
    pub max_messages: i64,
    /// Maximum number of applications of a user.
    pub max_applications: i64,
    /// Maximum number of events of an application. When it is reached, the owner can no longer add events.
    pub max_events_per_application: i64,
    /// Maximum number of notes of an application.
    pub max_notes_per_application: i64,
    /// Maximum total size of the notes of an application, in bytes of UTF-8.
    pub max_note_bytes_per_application: i64,
    /// Maximum number of notes of a user.
    pub max_notes: i64,
    /// Maximum total size of the notes of a user, in bytes of UTF-8.
    pub max_note_bytes: i64,
    /// Maximum number of files of an application.
    pub max_files_per_application: i64,
    /// Maximum total size of the files of a user.
    pub max_file_bytes: i64,
    /// Maximum total size of the job postings of a user, in bytes of UTF-8.
    pub max_posting_bytes: i64,
    /// Maximum number of contacts of an application.
    pub max_contacts_per_application: i64,
    /// Maximum number of contacts of a user.
    pub max_contacts: i64,
    /// Maximum number of interviews of an application.
    pub max_interviews_per_application: i64,
    /// Maximum number of interviews of a user.
    pub max_interviews: i64,
    /// Maximum number of tasks of an application.
    pub max_tasks_per_application: i64,
    /// Maximum number of tasks of a user.
    pub max_tasks: i64,
    /// Maximum number of saved views of a user.
    pub max_views: i64,
}

impl Default for StorageLimits {
    fn default() -> Self {
        Self {
            min_free_bytes: 512 * MIB,
            max_open_bytes: 2048 * MIB,
            max_messages: 1_000_000,
            max_applications: 20_000,
            max_events_per_application: 1_000,
            max_notes_per_application: 500,
            max_note_bytes_per_application: 1024 * 1024,
            max_notes: 10_000,
            max_note_bytes: 64 * 1024 * 1024,
            max_files_per_application: 50,
            max_file_bytes: 500 * 1024 * 1024,
            max_posting_bytes: 128 * 1024 * 1024,
            max_contacts_per_application: 100,
            max_contacts: 2_000,
            max_interviews_per_application: 100,
            max_interviews: 2_000,
            max_tasks_per_application: 200,
            max_tasks: 5_000,
            max_views: 50,
        }
    }
}

/// The owner of the objects that a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LimitScope {
    User,
    Application,
}

/// A limit such as "2,000 contacts".
pub(crate) fn count(limit: i64, objects: &str) -> String {
    format!("{} {objects}", group_thousands(limit))
}

/// A limit such as "500 MB of files".
pub(crate) fn megabytes(bytes: i64, objects: &str) -> String {
    format!("{} MB of {objects}", group_thousands(bytes / (1024 * 1024)))
}

/// "You have reached the limit of 2,000 contacts."
pub(crate) fn limit_message(scope: LimitScope, limit: &str) -> String {
    let subject = match scope {
        LimitScope::User => "You have",
        LimitScope::Application => "This application has",
    };
    format!("{subject} reached the limit of {limit}.")
}

/// The error of a request that exceeds a limit. `advice` says what the user can do.
pub(crate) fn limit_error(scope: LimitScope, limit: &str, advice: &str) -> Error {
    let message = limit_message(scope, limit);
    Error::api(ErrorCode::Conflict, format!("{message} {advice}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_of_a_limit_has_its_number() {
        let contacts = count(2_000, "contacts");
        assert_eq!(
            limit_message(LimitScope::User, &contacts),
            "You have reached the limit of 2,000 contacts."
        );
        let files = megabytes(500 * 1024 * 1024, "files");
        assert_eq!(
            limit_message(LimitScope::Application, &files),
            "This application has reached the limit of 500 MB of files."
        );
    }
}
