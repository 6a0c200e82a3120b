//! Closes an application, or opens it again.

use crate::error::Fail;
use domain::{JobApplicationId, jobapps::JobApplication};
use leptos::prelude::*;

/// What `from` says of an application that had no outcome: an empty field would count as not sent.
pub const OPEN: &str = "open";

/// Sets the outcome; an empty one opens the application again. `from` is the outcome that it had, or [`OPEN`], for the
/// way back that a page without a script offers.
#[server(prefix = "/_fn", endpoint = "jobapps/set_outcome")]
pub async fn set_outcome(
    slug: String,
    jobapp_id: JobApplicationId,
    #[server(default)] outcome: String,
    version: i32,
    #[server(default)] from: Option<String>,
) -> Result<JobApplication, Fail> {
    use crate::{
        flash::{Back, Done},
        ssr,
    };
    use domain::{
        ApiError, FieldCode,
        jobapps::{Outcome, UpdateJobappInput},
        routes::{Route, WorkspacePage},
    };
    let (services, caller) = ssr::enter(&slug).await?;
    let board = Route::Workspace(slug, WorkspacePage::Board);
    let wanted = Outcome::parse(&outcome);
    if wanted.is_none() && !outcome.is_empty() {
        return ssr::answer(Err(ApiError::field(
            "outcome",
            FieldCode::NotAllowed,
            "There is no such outcome.",
        )
        .into()));
    }
    let input = UpdateJobappInput {
        jobapp_id,
        status_id: None,
        rejected: None,
        outcome: Some(wanted),
        occurred_at: None,
        version: Some(version),
    };
    let closed = service::jobapps::update(&services, &caller, input).await;
    let closed = ssr::answer_form("jobapps/set_outcome", &board, &[], closed)?;
    let back = from.map(|from| Back::Outcome(Outcome::parse(&from)));
    ssr::done("jobapps/set_outcome", &board, Done { jobapp_id, back });
    Ok(closed)
}
