//! Query of the changes feed.

use super::ChangeType;
use crate::{FieldCode, FieldErrors, pagination};
use serde::{Deserialize, Serialize};

/// Maximum time that a request can wait for a change, in seconds.
const MAX_WAIT_SECONDS: u32 = 30;

/// Where to start without a cursor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChangesStart {
    /// With the oldest change that is kept.
    #[default]
    Oldest,
    /// After the latest change.
    Now,
}

/// Query of `GET /api/changes/get_changes`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ListChangesInput {
    /// `next_cursor` of an earlier response to a request with the same `types`. Without one the feed starts at `start`.
    #[serde(default)]
    pub cursor: Option<String>,
    /// Where to start without a cursor: `oldest`, the default, or `now`.
    #[serde(default)]
    pub start: Option<ChangesStart>,
    /// Only these types, separated by commas. `jobapp.*` stands for all types of applications, and so on.
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        param(example = "jobapp.*,interview.created", max_length = 1000)
    )]
    pub types: Option<String>,
    /// 1 to 500; defaults to 100.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
    pub limit: Option<u32>,
    /// Seconds to wait for a change if the list would be empty: 0 to 30, by default 0.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 0, maximum = 30))]
    pub wait: Option<u32>,
}

impl ListChangesInput {
    /// Validates the query and returns the types to read in declaration order; empty means all types. Adds an error for each unknown name,
    /// for an invalid limit or waiting time, and if both `cursor` and `start` are sent. Returns `None` if a name is unknown.
    pub fn check(&self, errors: &mut FieldErrors) -> Option<Vec<ChangeType>> {
        let types = check_types(errors, self.types.as_deref());
        if let Err(error) = pagination::limit(self.limit) {
            errors.0.extend(error.errors);
        }
        if self.wait.is_some_and(|wait| wait > MAX_WAIT_SECONDS) {
            errors.add(
                "wait",
                FieldCode::OutOfRange,
                format!("Use 0 to {MAX_WAIT_SECONDS} seconds."),
            );
        }
        if self.cursor.is_some() && self.start.is_some() {
            errors.add(
                "start",
                FieldCode::NotAllowed,
                "Send either cursor or start. A cursor says where to start.",
            );
        }
        types
    }
}

/// Parses a comma-separated list of names; no list means all types. Adds an error for each unknown name.
fn check_types(errors: &mut FieldErrors, names: Option<&str>) -> Option<Vec<ChangeType>> {
    let Some(names) = names else {
        return Some(Vec::new());
    };
    let names: Vec<&str> = names.split(',').map(str::trim).collect();
    let before = errors.0.len();
    for name in &names {
        errors.check("types", ChangeType::check_name(name));
    }
    (errors.0.len() == before).then(|| ChangeType::matching_any(names.iter().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_with_a_wildcard_are_all_types_of_the_object() {
        assert_eq!(
            check_types(&mut FieldErrors::default(), Some("note.*, task.created")),
            Some(vec![
                ChangeType::NoteCreated,
                ChangeType::NoteUpdated,
                ChangeType::NoteDeleted,
                ChangeType::TaskCreated
            ])
        );
    }

    #[test]
    fn unknown_types_are_invalid() {
        for names in [
            "",
            "*",
            "note",
            "note*",
            "n.*",
            "note.created,,",
            "note.created;task.created",
        ] {
            let mut errors = FieldErrors::default();
            assert_eq!(check_types(&mut errors, Some(names)), None, "{names}");
            assert!(errors.into_result().is_err(), "{names}");
        }
    }

    #[test]
    fn every_invalid_parameter_is_reported() {
        let input = ListChangesInput {
            cursor: Some("x".into()),
            start: Some(ChangesStart::Now),
            types: Some("note,task.created,jobapp".into()),
            limit: Some(0),
            wait: Some(31),
        };
        let mut errors = FieldErrors::default();
        assert_eq!(input.check(&mut errors), None);
        let fields: Vec<&str> = errors.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["types", "types", "limit", "wait", "start"]);
    }
}
