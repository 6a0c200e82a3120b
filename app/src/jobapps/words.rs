//! Words for what the domain names.

use domain::jobapps::{Outcome, StageKind};

/// An outcome as it stands in menus and counts.
pub const fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Rejected => "Rejected",
        Outcome::Withdrawn => "Withdrawn",
        Outcome::Ghosted => "Never answered",
        Outcome::Accepted => "Accepted",
    }
}

/// The key that sets the outcome.
pub const fn outcome_key(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Rejected => "R",
        Outcome::Withdrawn => "W",
        Outcome::Ghosted => "G",
        Outcome::Accepted => "A",
    }
}

/// What belongs into an empty column.
pub const fn stage_hint(kind: StageKind) -> &'static str {
    match kind {
        StageKind::ToApply => "Jobs you want to apply for",
        StageKind::Applied => "Sent, waiting for an answer",
        StageKind::Screening => "First calls",
        StageKind::Interview => "Meeting the team",
        StageKind::Offer => "The good part",
    }
}

/// `1 day`, `5 days`.
pub fn days(n: i64) -> String {
    if n == 1 {
        "1 day".into()
    } else {
        format!("{n} days")
    }
}
