//! Sentences about an import.

use domain::mail::{Import, ImportError};

/// `1 mail`, `4,318 mails`.
pub fn counted(n: i64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { many })
}

/// A number with its thousands set apart.
pub fn grouped(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if n < 0 { format!("-{out}") } else { out }
}

/// What an import that is over came to, in a sentence.
pub fn outcome(import: &Import) -> String {
    let made = counted(import.applications_created, "new application", "new applications");
    match (
        import.messages_seen,
        import.applications_created,
        import.applications_updated,
    ) {
        (0, _, _) => "There was no mail in it.".into(),
        (_, 0, 0) => "Nothing new: these mails were known already or are not about an application.".into(),
        (_, 0, n) => format!(
            "{} brought up to date.",
            counted(n, "application", "applications")
        ),
        (_, _, 0) => format!("{made} on your board."),
        (_, _, n) => format!("{made} on your board, {} brought up to date.", grouped(n)),
    }
}

/// Where in the files an error was met.
pub fn place(error: &ImportError) -> String {
    match error.position {
        0 => error.file.clone(),
        n => format!("{}, mail {}", error.file, grouped(n)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{ImportId, mail::ImportState};

    #[test]
    fn thousands_are_set_apart() {
        for (n, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
            (-4318, "-4,318"),
        ] {
            assert_eq!(grouped(n), text);
        }
    }

    #[test]
    fn says_what_came_of_it() {
        let import = |seen, created, updated| Import {
            id: ImportId(uuid::Uuid::nil()),
            state: ImportState::Done,
            messages_seen: seen,
            applications_created: created,
            applications_updated: updated,
            mails_ignored: 0,
            errors: vec![],
        };
        assert_eq!(outcome(&import(0, 0, 0)), "There was no mail in it.");
        assert_eq!(outcome(&import(9, 1, 0)), "1 new application on your board.");
        assert_eq!(
            outcome(&import(9, 58, 14)),
            "58 new applications on your board, 14 brought up to date."
        );
        assert!(outcome(&import(9, 0, 0)).starts_with("Nothing new"));
    }
}
