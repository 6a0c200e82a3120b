//! Finds applications for the command palette.

use crate::error::AppError;
use domain::JobApplicationId;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A search result.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SearchResult {
    id: JobApplicationId,
    /// The company, or the placeholder for an unknown one.
    company: String,
    /// The title, or the placeholder for an unknown one.
    job_title: String,
    /// The stage, or the outcome if it is closed.
    stage: String,
}

/// Returns the first applications whose company or title contains the text.
#[server(prefix = "/_fn", endpoint = "jobapps/search")]
pub async fn search(slug: String, #[server(default)] q: String) -> Result<Vec<SearchResult>, AppError> {
    use crate::{
        jobapps::labels::outcome_name,
        server::{context::require_workspace, respond::respond},
    };
    let (services, caller) = require_workspace(&slug).await?;
    let q = q.trim();
    let found = respond(service::jobapps::search(&services, &caller, q, MAX_RESULTS).await)?;
    let results = found.into_iter().map(|application| SearchResult {
        id: application.id,
        company: application.company_label().to_owned(),
        job_title: application.title_label().to_owned(),
        stage: application.outcome.map_or_else(
            || application.application_status.value.clone(),
            |o| outcome_name(o).to_owned(),
        ),
    });
    Ok(results.collect())
}

#[cfg(feature = "ssr")]
const MAX_RESULTS: u32 = 8;
