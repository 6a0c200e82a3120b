//! Numbers and sentences about an import.

use crate::ui::{count, group_thousands};
use domain::mail::{Import, ImportError};

/// Whether no email of the import could be read.
pub fn is_unreadable(import: &Import) -> bool {
    !import.errors.is_empty() && !has_effects(import) && import.mails_ignored == 0
}

/// Whether the import changes an application or asks the user about an email; for a preview, whether it would.
pub const fn has_effects(import: &Import) -> bool {
    import.applications_created + import.applications_updated + import.mails_in_review > 0
}

/// The result of a finished import in one sentence.
pub fn import_summary(import: &Import) -> String {
    let created = count(import.applications_created, "new application", "new applications");
    match (
        import.messages_seen,
        import.applications_created,
        import.applications_updated,
    ) {
        _ if is_unreadable(import) => "Your board has not changed.".into(),
        (0, _, _) => "No emails found in the file.".into(),
        (_, 0, 0) if import.mails_in_review > 0 => "Your board has not changed.".into(),
        (_, 0, 0) => {
            "Nothing new. These emails were already imported or are not about an application.".into()
        }
        (_, 0, n) => format!("{} updated.", count(n, "application", "applications")),
        (_, _, 0) => format!("{created} on your board."),
        (_, _, n) => format!("{created} on your board, {} updated.", group_thousands(n)),
    }
}

/// The file and the number of the email at which an error occurred.
pub fn error_location(error: &ImportError) -> String {
    match error.position {
        0 => error.file.clone(),
        n => format!("{}, email {}", error.file, group_thousands(n)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{ImportId, mail::ImportState};

    #[test]
    fn import_summary_reports_new_and_updated_applications() {
        let import = |seen, created, updated| Import {
            id: ImportId(uuid::Uuid::nil()),
            state: ImportState::Done,
            dry_run: false,
            messages_seen: seen,
            applications_created: created,
            applications_updated: updated,
            mails_ignored: 0,
            mails_in_review: 0,
            errors: vec![],
        };
        assert_eq!(import_summary(&import(0, 0, 0)), "No emails found in the file.");
        assert_eq!(
            import_summary(&import(9, 1, 0)),
            "1 new application on your board."
        );
        assert_eq!(
            import_summary(&import(9, 58, 14)),
            "58 new applications on your board, 14 updated."
        );
        assert!(import_summary(&import(9, 0, 0)).starts_with("Nothing new"));
        let unreadable = Import {
            errors: vec![ImportError {
                file: "a.mbox".into(),
                position: 1,
                detail: "damaged".into(),
            }],
            ..import(1, 0, 0)
        };
        assert_eq!(import_summary(&unreadable), "Your board has not changed.");
    }
}
