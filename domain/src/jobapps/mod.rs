//! Job applications: the application, its stages, the state machine and the event history.

mod add;
mod board;
mod bulk;
pub mod csv;
mod csv_import;
mod csv_row;
pub mod custom_stage;
mod duplicate;
mod edit;
mod event;
mod fields;
mod list;
mod merge;
mod next_step;
mod note;
mod note_list;
mod posting;
mod salary;
mod silence;
mod stage;
pub mod state_machine;
mod update;

pub use add::{AddApplicationInput, NewApplication};
pub use board::{Board, BoardCard, BoardColumn, MAX_CARD_TAGS};
pub use bulk::{BulkUndo, BulkUpdate, BulkUpdateInput, BulkUpdateResult, MAX_BULK_APPLICATIONS};
pub use csv_import::{
    BadRow, ConfirmCsvImportInput, CsvColumn, CsvField, CsvImport, CsvRow, DateOrder, MAX_CSV_COLUMNS,
    MAX_LISTED_BAD_ROWS, MAX_LISTED_ROWS, MapCsvImportInput, RowVerdict, apply_mapping, file_currency,
    has_name, set_fields,
};
pub use csv_row::{CsvRowError, CsvRowInput, CsvRowValues};
pub use custom_stage::{AddStageInput, DeleteStageInput, OrderStagesInput, UpdateStageInput};
pub use duplicate::{DismissDuplicateInput, Duplicate, DuplicateReason, MAX_DUPLICATES};
pub use edit::{EditApplication, EditApplicationInput};
pub use event::{Actor, ActorKind, ApplicationEvent, EventSource};
pub use fields::DEFAULT_SOURCE;
pub(crate) use fields::{date_bound, present, web_url};
pub use list::{ApplicationFilter, ExportApplicationsInput, ListApplicationsInput, ListOrder, Sort};
pub use merge::{
    MAX_SPLIT_MESSAGES, MergeApplicationsInput, MergedApplications, SeparatedApplications,
    SplitApplicationInput, UndoMergeInput,
};
pub use next_step::{NextStep, Urgency};
pub use note::{
    AddNoteInput, ApplicationDetail, ApplicationQuery, ApplicationRef, MAX_NOTE_LEN, Note, NoteRef,
    UpdateNoteInput, note_text,
};
pub use note_list::ListNotesInput;
pub use posting::{MAX_POSTING_LEN, Posting, PostingDraft, SetPostingInput};
pub use salary::{Salary, SalaryInput, SalaryPeriod};
pub use silence::{MAX_SILENCE_DAYS, SilenceThresholds, UpdateSilenceThresholdsInput};
pub use stage::{Outcome, Stage, StageColor, StageKind};
pub use update::{UpdateApplication, UpdateApplicationInput};

use crate::JobApplicationId;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A tracked application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobApplication {
    /// Id of the application.
    pub id: JobApplicationId,
    /// Title of the job; `null` if no email has named it yet.
    pub job_title: Option<String>,
    /// Name of the employer; `null` if no email has named it yet. Either the title or the company is known.
    pub company: Option<String>,
    /// URL of the company logo; currently always `null`.
    pub company_logo: Option<String>,
    /// The current stage.
    pub application_status: Stage,
    /// The outcome; `null` while the application is open.
    pub outcome: Option<Outcome>,
    /// Whether the outcome is a rejection.
    pub is_rejected: bool,
    /// The date of the application, in the user's time zone.
    pub apply_date: NaiveDate,
    /// Where the job was found, such as `LinkedIn`.
    pub source: String,
    /// Location of the job.
    pub location: Option<String>,
    /// URL of the job posting.
    pub url: Option<String>,
    /// The salary range.
    pub salary: Option<Salary>,
    /// The user's tags.
    pub tags: Vec<String>,
    /// Full days since the last event, email or note, once they are two thirds of the threshold after which an open application
    /// is closed; `null` before, while it is on hold, and when it is closed. Events count from when they happened. What the user
    /// records late, such as by an import, is closed only when the threshold has passed since then.
    pub quiet_days: Option<i64>,
    /// Whether the last thing that happened is an email that says that hiring is paused. Such an application is not closed for
    /// silence.
    pub on_hold: bool,
    /// When it was added to JobHax.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Number of the last change. Send it with an edit to detect conflicting changes.
    pub version: i32,
}

impl JobApplication {
    /// The name of the employer, or words that say it is unknown.
    pub fn company_label(&self) -> &str {
        company_label(self.company.as_deref())
    }

    /// The job title, or words that say it is unknown.
    pub fn title_label(&self) -> &str {
        title_label(self.job_title.as_deref())
    }

    /// Whether the user has not applied yet; the apply date is then the day on which the job was added.
    pub fn is_to_apply(&self) -> bool {
        self.application_status.kind == StageKind::ToApply
    }
}

/// The name of an employer, or words that say it is unknown.
pub fn company_label(company: Option<&str>) -> &str {
    company.unwrap_or("Company unknown")
}

/// A job title, or words that say it is unknown.
pub fn title_label(title: Option<&str>) -> &str {
    title.unwrap_or("Title unknown")
}
