//! Notes on applications.

use super::{HistoryEntry, JobApplication};
use crate::{ApiError, FieldErrors, JobApplicationId, NoteId, mail::Mail, text};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Most characters of a note.
pub const NOTE_MAX: usize = 20_000;

/// What a person wrote about an application, in Markdown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Note {
    /// Which.
    pub id: NoteId,
    /// The application it is about.
    pub jobapp_id: JobApplicationId,
    /// The text as it was written.
    pub description: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was last changed, if it was.
    pub updated_at: Option<DateTime<Utc>>,
}

/// Everything about one application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobappDetail {
    /// The application.
    pub jobapp: JobApplication,
    /// Its ledger, oldest first.
    pub history: Vec<HistoryEntry>,
    /// Its notes, newest first.
    pub notes: Vec<Note>,
    /// What was read from its mails, newest first.
    pub mails: Vec<Mail>,
}

/// Names one application: a query, or the body of `POST /api/jobapps/delete_jobapp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams, utoipa::ToSchema), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct JobappRef {
    /// Which.
    pub jobapp_id: JobApplicationId,
}

/// Body of `POST /api/jobapps/delete_jobapp_note`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NoteRef {
    /// Which.
    pub jobapp_note_id: NoteId,
}

/// Body of `POST /api/jobapps/add_jobapp_note`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddNoteInput {
    /// The application it is about.
    pub jobapp_id: JobApplicationId,
    /// 1 to 20 000 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 20_000))]
    pub description: String,
}

/// Body of `POST /api/jobapps/update_jobapp_note`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateNoteInput {
    /// Which.
    pub jobapp_note_id: NoteId,
    /// 1 to 20 000 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 20_000))]
    pub description: String,
}

/// The text of a note, checked: tabs and line breaks are kept, other control characters refused.
pub fn note_text(description: &str) -> Result<String, ApiError> {
    let mut errors = FieldErrors::default();
    let text = errors.take("description", text::lines(description, 1, NOTE_MAX));
    errors.finish()?;
    text.ok_or_else(ApiError::not_found)
}
