//! Flash messages report the result of a form submission to the next page: why the form was rejected, the entered values, and the
//! change that can be undone. They are stored in a short-lived `HttpOnly` cookie, not in the URL, because anyone could craft a URL
//! that shows their own text. A page passes its message on to its island.

#[cfg(feature = "ssr")]
mod cookie;

use crate::error::AppError;
#[cfg(feature = "ssr")]
pub(crate) use cookie::{clear, set, set_briefly, take};
#[cfg(feature = "ssr")]
pub use cookie::{error_cookie, message_cookie, success_cookie};
use domain::{ApiError, JobApplicationId, MergeId, StageId, jobapps::Outcome, routes::Route};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A message about a form submission.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Flash {
    /// The form: the endpoint of its server function.
    pub action: String,
    /// The workspace of the form. Pages of other workspaces do not show the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// Why the form was rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ApiError>,
    /// The entered values and values that are shown once, by name. Never a password.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub form_values: BTreeMap<String, String>,
    /// Whether the form was accepted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub success: bool,
    /// A change to an application that can be undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<ChangeNotice>,
    /// A decision about an email that can be undone. Only for the server, which shows it.
    #[cfg(feature = "ssr")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailNotice>,
    /// A change to many applications. Only for the server, which shows it.
    #[cfg(feature = "ssr")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bulk: Option<BulkNotice>,
    /// A change to the state of a task. Only for the server, which shows it.
    #[cfg(feature = "ssr")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskNotice>,
}

/// Reports that a task was done, reopened or snoozed.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskNotice {
    /// The sentence that reports the change.
    pub text: String,
    pub task_id: domain::TaskId,
    pub jobapp_id: Option<JobApplicationId>,
    /// Whether the form was on Today rather than on the application page.
    pub is_on_today: bool,
    /// The state that undoes the change; `None` if it cannot be undone.
    pub undo_state: Option<String>,
    /// The day until which the task was snoozed before; empty if it was not snoozed.
    pub snoozed_until: String,
}

/// Reports a change to many applications.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkNotice {
    /// The sentence that reports the change.
    pub text: String,
    /// The kind and the time of the change that the undo button undoes. The time is in microseconds since the Unix epoch.
    pub undo: Option<(domain::jobapps::BulkUndo, i64)>,
}

/// Reports a decision about an email.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailNotice {
    /// The sentence that reports the change.
    pub text: String,
    pub mail_id: domain::MailMessageId,
    /// Whether it can be undone.
    pub is_undoable: bool,
}

/// Reports a change to an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeNotice {
    pub slug: String,
    /// The sentence that reports the change.
    pub text: String,
    /// The changed application.
    pub application_id: JobApplicationId,
    /// Its version after the change.
    pub version: i32,
    /// The action that undoes the change; `None` for a new application.
    pub undo: Option<UndoAction>,
}

/// An action that undoes a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UndoAction {
    /// Moving back to the previous stage.
    Stage {
        /// The previous stage.
        to: StageId,
        /// The current value.
        from: StageId,
    },
    /// Restoring the previous outcome, or reopening the application.
    Outcome {
        /// The previous outcome.
        to: Option<Outcome>,
        /// The current value.
        from: Option<Outcome>,
    },
    /// Separating two merged applications.
    Merge { id: MergeId },
    /// Merging a split-off application back into its original.
    Split { other: JobApplicationId },
    /// Restoring a deleted application.
    Delete,
}

/// The value of the field `from` for an application without an outcome. An empty field would count as missing.
pub const NO_OUTCOME: &str = "open";

impl UndoAction {
    /// The URL of the server function that performs the action.
    pub const fn url(self) -> &'static str {
        match self {
            Self::Stage { .. } => "/_fn/jobapps/move_stage",
            Self::Outcome { .. } => "/_fn/jobapps/set_outcome",
            Self::Merge { .. } => "/_fn/jobapps/undo_merge",
            Self::Split { .. } => "/_fn/jobapps/merge",
            Self::Delete => "/_fn/jobapps/restore",
        }
    }

    /// The fields of the form that performs the action: the new value, and the value that the next page restores on undo.
    pub fn form_fields(self) -> [(&'static str, String); 2] {
        match self {
            Self::Stage { to, from } => [("status_id", to.to_string()), ("from", from.to_string())],
            Self::Outcome { to, from } => [
                ("outcome", to.map(Outcome::as_str).unwrap_or_default().to_owned()),
                ("from", from.map_or(NO_OUTCOME, Outcome::as_str).to_owned()),
            ],
            Self::Merge { id } => [("merge_id", id.to_string()), ("from", String::new())],
            Self::Split { other } => [("other_id", other.to_string()), ("from", String::new())],
            Self::Delete => [("to", String::new()), ("from", String::new())],
        }
    }
}

impl Flash {
    /// Reports on this page that the form was accepted.
    pub fn success(action: &str, page: &Route) -> Self {
        Self {
            success: true,
            ..Self::new(action, page)
        }
    }

    /// An empty message about the form, for this page.
    pub fn new(action: &str, page: &Route) -> Self {
        Self {
            action: action.to_owned(),
            slug: page.slug().map(str::to_owned),
            ..Self::default()
        }
    }
}

#[derive(Clone, Copy)]
struct PageFlash(StoredValue<Option<Flash>>);

/// Provides the page's flash message as context.
pub fn provide(flash: Option<Flash>) {
    provide_context(PageFlash(StoredValue::new(flash)));
}

/// The flash message for the current page.
pub fn current() -> Option<Flash> {
    find(|_| true)
}

/// Why the form was rejected, if it was.
pub fn error_for(action: &str) -> Option<AppError> {
    find(|flash| flash.action == action)?.error.map(AppError)
}

/// The value entered into a field of the rejected form; empty otherwise.
pub fn form_value(action: &str, field: &str) -> String {
    find(|flash| flash.action == action)
        .and_then(|mut flash| flash.form_values.remove(field))
        .unwrap_or_default()
}

/// Whether the form was accepted.
pub fn succeeded(action: &str) -> bool {
    find(|flash| flash.action == action && flash.success).is_some()
}

/// Does not consume the message, because the server may render a part of a page twice and send only the second result.
fn find(matches: impl Fn(&Flash) -> bool) -> Option<Flash> {
    use_context::<PageFlash>()?.0.get_value().filter(matches)
}
