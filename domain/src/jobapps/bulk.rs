//! Input of `POST /api/jobapps/bulk_update`: one change of many applications.

use super::{
    Outcome,
    fields::{self, present},
    state_machine::Command,
};
use crate::{ApiError, FieldCode, FieldErrors, JobApplicationId, StageId};
use serde::{Deserialize, Serialize};

/// Maximum number of applications that one request changes.
pub const MAX_BULK_APPLICATIONS: usize = 500;

/// Body of `POST /api/jobapps/bulk_update`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BulkUpdateInput {
    /// The applications, 1 to 500.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub jobapp_ids: Vec<JobApplicationId>,
    /// The stage to move them to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_id: Option<StageId>,
    /// The outcome to set; `null` reopens them.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Outcome>))]
    pub outcome: Option<Option<Outcome>>,
    /// Tags to add, each of 1 to 40 characters. One that would have more than 20 tags stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub add_tags: Option<Vec<String>>,
    /// Tags to remove.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub remove_tags: Option<Vec<String>>,
    /// `true` deletes them. It cannot be sent together with another change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete: Option<bool>,
}

/// A validated [`BulkUpdateInput`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkUpdate {
    /// The applications, each once.
    pub jobapp_ids: Vec<JobApplicationId>,
    /// The stage to move them to.
    pub status_id: Option<StageId>,
    #[expect(clippy::option_option, reason = "null and absent mean different things here")]
    outcome: Option<Option<Outcome>>,
    add_tags: Vec<String>,
    remove_tags: Vec<String>,
    /// Whether to delete them.
    pub delete: bool,
}

/// The results of a [`BulkUpdateInput`], in the order of its applications.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkUpdateResult {
    /// Applications that changed.
    pub updated: Vec<JobApplicationId>,
    /// Applications that already had these values, or that have reached the limit of events or tags.
    pub unchanged: Vec<JobApplicationId>,
    /// Applications that do not exist.
    pub not_found: Vec<JobApplicationId>,
}

/// A change of many applications that can be undone, with the data that undoing requires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkUndo {
    /// They were deleted.
    Delete,
    /// Their stage or outcome changed.
    State,
    /// This tag was added.
    AddTag(String),
    /// This tag was removed.
    RemoveTag(String),
}

impl BulkUndo {
    /// The values of the form fields: the kind of change, and the tag.
    pub fn to_fields(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::Delete => ("delete", None),
            Self::State => ("state", None),
            Self::AddTag(tag) => ("add_tag", Some(tag)),
            Self::RemoveTag(tag) => ("remove_tag", Some(tag)),
        }
    }

    /// The inverse of [`to_fields`](Self::to_fields).
    pub fn from_fields(change: &str, tag: String) -> Option<Self> {
        match change {
            "delete" => Some(Self::Delete),
            "state" => Some(Self::State),
            "add_tag" => Some(Self::AddTag(tag)),
            "remove_tag" => Some(Self::RemoveTag(tag)),
            _ => None,
        }
    }
}

impl BulkUpdateInput {
    /// Validates the input; reports all errors together.
    pub fn parse(self) -> Result<BulkUpdate, ApiError> {
        let mut errors = FieldErrors::default();
        let mut jobapp_ids = Vec::new();
        if (1..=MAX_BULK_APPLICATIONS).contains(&self.jobapp_ids.len()) {
            let mut seen = std::collections::HashSet::new();
            jobapp_ids = self.jobapp_ids;
            jobapp_ids.retain(|id| seen.insert(*id));
        } else {
            let detail = format!("Choose 1 to {MAX_BULK_APPLICATIONS} applications.");
            errors.add("jobapp_ids", FieldCode::OutOfRange, detail);
        }
        let has_tags = [&self.add_tags, &self.remove_tags]
            .into_iter()
            .flatten()
            .any(|tags| !tags.is_empty());
        let mut tags = |field: &'static str, values: Option<Vec<String>>| {
            fields::check_tags(&mut errors, field, values.unwrap_or_default()).unwrap_or_default()
        };
        let add_tags = tags("add_tags", self.add_tags);
        let remove_tags = tags("remove_tags", self.remove_tags);
        if add_tags.iter().any(|tag| remove_tags.contains(tag)) {
            let detail = "A tag cannot be added and removed in the same request.";
            errors.add("remove_tags", FieldCode::Conflicting, detail);
        }
        let delete = self.delete.unwrap_or_default();
        if self.status_id.is_none() && self.outcome.is_none() && !has_tags && !delete {
            let detail = "Send at least one of status_id, outcome, add_tags, remove_tags and delete.";
            errors.add("status_id", FieldCode::Required, detail);
        }
        if delete && (self.status_id.is_some() || self.outcome.is_some() || has_tags) {
            let detail = "Send delete alone, or the other changes first.";
            errors.add("delete", FieldCode::Conflicting, detail);
        }
        errors.into_result()?;
        Ok(BulkUpdate {
            jobapp_ids,
            status_id: self.status_id,
            outcome: self.outcome,
            add_tags,
            remove_tags,
            delete,
        })
    }
}

impl BulkUpdate {
    /// The command for the state machine.
    pub const fn command(&self) -> Command {
        Command {
            stage: self.status_id,
            outcome: self.outcome,
        }
    }

    /// The tags after the change, or `None` if they stay as they are.
    pub fn change_tags(&self, tags: &[String]) -> Option<Vec<String>> {
        let kept = tags.iter().filter(|tag| !self.remove_tags.contains(tag));
        let added = self.add_tags.iter().filter(|tag| !tags.contains(tag));
        let changed: Vec<String> = kept.chain(added).cloned().collect();
        (changed != tags && changed.len() <= fields::MAX_TAGS).then_some(changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(fields: &str) -> Result<BulkUpdate, ApiError> {
        let body = format!(r#"{{"jobapp_ids":["00000000-0000-0000-0000-000000000001"]{fields}}}"#);
        serde_json::from_str::<BulkUpdateInput>(&body)
            .expect("shape")
            .parse()
    }

    fn invalid_fields(result: Result<BulkUpdate, ApiError>) -> Vec<String> {
        let errors = result.unwrap_err().errors;
        errors.into_iter().map(|e| e.field).collect()
    }

    #[test]
    fn bulk_input_without_change_is_invalid() {
        assert_eq!(invalid_fields(parse("")), ["status_id"]);
        assert_eq!(
            invalid_fields(parse(r#","delete":false,"add_tags":[]"#)),
            ["status_id"]
        );
        assert_eq!(
            parse(r#","outcome":null"#).expect("reopens").command().outcome,
            Some(None)
        );
    }

    #[test]
    fn bulk_input_deletes_without_any_other_change() {
        assert!(parse(r#","delete":true,"add_tags":[]"#).expect("valid").delete);
        for other in [
            r#""outcome":"ghosted""#,
            r#""outcome":null"#,
            r#""remove_tags":["a"]"#,
            r#""status_id":"00000000-0000-0000-0000-000000000002""#,
        ] {
            assert_eq!(
                invalid_fields(parse(&format!(r#","delete":true,{other}"#))),
                ["delete"],
                "{other}"
            );
        }
    }

    #[test]
    fn bulk_input_number_of_ids_is_limited() {
        let ids = |n: u128| {
            (1..=n)
                .map(|n| JobApplicationId(uuid::Uuid::from_u128(n)))
                .collect::<Vec<_>>()
        };
        let input = |jobapp_ids| BulkUpdateInput {
            jobapp_ids,
            delete: Some(true),
            ..BulkUpdateInput::default()
        };
        assert_eq!(invalid_fields(input(ids(0)).parse()), ["jobapp_ids"]);
        assert_eq!(invalid_fields(input(ids(501)).parse()), ["jobapp_ids"]);
        let twice = [ids(250), ids(250)].concat();
        assert_eq!(input(twice).parse().expect("valid").jobapp_ids, ids(250));
    }

    #[test]
    fn bulk_input_tags_are_added_and_removed_in_order() {
        let update = parse(r#","add_tags":["b","new"],"remove_tags":["a"]"#).expect("valid");
        let tags = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        assert_eq!(update.change_tags(&tags(&["a", "b"])), Some(tags(&["b", "new"])));
        assert_eq!(update.change_tags(&tags(&["b", "new"])), None);
        let full: Vec<String> = (0..20).map(|n| n.to_string()).collect();
        assert_eq!(update.change_tags(&full), None);
        assert_eq!(
            invalid_fields(parse(r#","add_tags":["a"],"remove_tags":["a"]"#)),
            ["remove_tags"]
        );
    }
}
