//! Query of the changes feed.

use super::ChangeType;
use crate::{ApiError, FieldCode, FieldErrors};
use serde::{Deserialize, Serialize};

/// How long a request can wait for a change, in seconds.
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
    /// How many seconds to wait for a change if there is none yet; 0, the default, to 30.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 0, maximum = 30))]
    pub wait: Option<u32>,
}

impl ListChangesInput {
    /// The types to read, in the order of their declaration and none for all, and how many seconds to wait.
    ///
    /// # Errors
    /// `invalid` for unknown types, a time that is too long, or both `cursor` and `start`.
    pub fn parse(&self) -> Result<(Vec<ChangeType>, u32), ApiError> {
        let mut errors = FieldErrors::default();
        let types = errors.check("types", parse_types(self.types.as_deref()));
        let wait = self.wait.unwrap_or(0);
        if wait > MAX_WAIT_SECONDS {
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
        errors.into_result()?;
        Ok((types.unwrap_or_default(), wait))
    }
}

/// The types that a list of names stands for; empty for all.
///
/// # Errors
/// `not_allowed` with the first unknown name.
fn parse_types(names: Option<&str>) -> Result<Vec<ChangeType>, (FieldCode, String)> {
    let Some(names) = names else { return Ok(Vec::new()) };
    let names: Vec<&str> = names.split(',').map(str::trim).collect();
    names.iter().try_for_each(|name| ChangeType::check_name(name))?;
    Ok(ChangeType::matching_any(names.iter().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_with_a_wildcard_are_all_types_of_the_object() {
        assert_eq!(
            parse_types(Some("note.*, task.created")),
            Ok(vec![
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
            assert!(parse_types(Some(names)).is_err(), "{names}");
        }
    }
}
