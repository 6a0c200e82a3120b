//! Notes on applications.

use super::{ApplicationEvent, JobApplication};
use crate::{ApiError, FieldErrors, JobApplicationId, NoteId, UserId, mail::Message, normalize};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Maximum length of a note, in characters.
pub const MAX_NOTE_LEN: usize = 20_000;

/// A note on an application, in Markdown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Note {
    /// Id of the note.
    pub id: NoteId,
    /// The application it is about.
    pub jobapp_id: JobApplicationId,
    /// The text, as written.
    pub description: String,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed; `null` if never.
    pub updated_at: Option<DateTime<Utc>>,
}

/// An application with its events, notes and emails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApplicationDetail {
    /// The application.
    pub jobapp: JobApplication,
    /// Its events, oldest first.
    pub history: Vec<ApplicationEvent>,
    /// Its notes, newest first.
    pub notes: Vec<Note>,
    /// The emails that concern it, newest first.
    pub mails: Vec<Message>,
}

/// Id of an application, as a query or as the body of `POST /api/jobapps/delete_jobapp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams, utoipa::ToSchema), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ApplicationRef {
    /// The application.
    pub jobapp_id: JobApplicationId,
}

/// An application of the caller, or of a member who has granted the caller access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ApplicationQuery {
    /// The application.
    pub jobapp_id: JobApplicationId,
    /// The member who owns the application. Absent: the caller.
    #[serde(default)]
    pub owner_id: Option<UserId>,
}

impl From<ApplicationRef> for ApplicationQuery {
    fn from(ApplicationRef { jobapp_id }: ApplicationRef) -> Self {
        jobapp_id.into()
    }
}

impl From<JobApplicationId> for ApplicationQuery {
    fn from(jobapp_id: JobApplicationId) -> Self {
        Self {
            jobapp_id,
            owner_id: None,
        }
    }
}

/// Body of `POST /api/jobapps/delete_jobapp_note`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NoteRef {
    /// The note.
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
    /// The note.
    pub jobapp_note_id: NoteId,
    /// 1 to 20 000 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 20_000))]
    pub description: String,
}

/// The validated text of a note. Tabs and line breaks are allowed, other control characters are rejected.
pub fn note_text(description: &str) -> Result<String, ApiError> {
    let mut errors = FieldErrors::default();
    let text = errors.check("description", normalize::lines(description, 1, MAX_NOTE_LEN));
    errors.into_result()?;
    text.ok_or_else(ApiError::not_found)
}
