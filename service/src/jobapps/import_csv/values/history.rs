//! Parses the history of an application in the format of `export_csv`.

use super::row::{NewEvent, YEARS};
use chrono::{DateTime, Datelike as _, Utc};
use domain::jobapps::{Outcome, Stage};

/// The word for "no outcome" in the export.
const OPEN: &str = "open";

/// Parses lines such as `2026-03-05T09:00:00Z accepted Offer`. The error is a sentence for the user.
pub(super) fn read(text: &str, stages: &[Stage]) -> Result<Vec<NewEvent>, String> {
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| read_line(line, stages))
        .collect()
}

fn read_line(line: &str, stages: &[Stage]) -> Result<NewEvent, String> {
    let event = || {
        let (at, rest) = line.split_once(' ')?;
        let (outcome, stage) = rest.split_once(' ')?;
        let at: DateTime<Utc> = DateTime::parse_from_rfc3339(at).ok()?.into();
        if !YEARS.contains(&at.year()) {
            return None;
        }
        let outcome = match outcome {
            OPEN => None,
            outcome => Some(Outcome::parse(outcome)?),
        };
        Some((at, outcome, stage.trim()))
    };
    let Some((occurred_at, outcome, name)) = event() else {
        return Err("Each line of a history has a time, an outcome or open, and a stage.".into());
    };
    let stage = stages.iter().find(|stage| stage.value == name);
    let stage = stage.or_else(|| {
        stages
            .iter()
            .find(|stage| stage.value.to_lowercase() == name.to_lowercase())
    });
    match stage {
        Some(stage) => Ok(NewEvent {
            stage: stage.id,
            outcome,
            occurred_at,
        }),
        None => Err(format!(
            "The history has a stage that this workspace does not have: {name}. Add it to the stages, or don't import the history."
        )),
    }
}
