//! Read-only tools. Their results are small enough for the context of a model.

use super::{
    Context,
    arguments::{GetApplication, GetMetrics, Nothing, SearchApplications},
    to_json,
};
use domain::{
    ApiError, ErrorCode, FieldCode,
    jobapps::{ApplicationDetail, ApplicationRef, ListApplicationsInput},
    metrics::MetricsQuery,
};
use serde_json::{Value, json};
use service::{jobapps, metrics, today};

const DEFAULT_LIMIT: u32 = 20;
const MAX_LIMIT: u32 = 50;
/// Maximum number of events, notes and emails of an application, each.
const MAX_ENTRIES: usize = 50;
/// Maximum length of a note, in characters.
const MAX_NOTE_LEN: usize = 4_000;
/// Maximum length of a posting, in characters.
const MAX_POSTING_LEN: usize = 20_000;

pub async fn search_applications(
    Context { services, caller }: &Context,
    arguments: SearchApplications,
) -> Result<Value, ApiError> {
    let limit = arguments.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        let detail = format!("Use 1 to {MAX_LIMIT}.");
        return Err(ApiError::field("limit", FieldCode::OutOfRange, detail));
    }
    let input = ListApplicationsInput {
        status_id: arguments.stage_id,
        stage_kind: arguments.stage_kind,
        q: arguments.query,
        source: arguments.source,
        tag: arguments.tag,
        outcome: arguments.outcome,
        open: arguments.open,
        applied_from: arguments.applied_from,
        applied_to: arguments.applied_to,
        quiet: arguments.quiet,
        sort: arguments.sort,
        reverse: None,
        owner_id: None,
        cursor: arguments.cursor,
        limit: Some(limit),
    };
    let page = jobapps::list(services, caller, input).await?;
    to_json(json!({"applications": page.data, "next_cursor": page.pagination.next_cursor}))
}

pub async fn get_application(
    Context { services, caller }: &Context,
    arguments: GetApplication,
) -> Result<Value, ApiError> {
    let application = ApplicationRef {
        jobapp_id: arguments.application_id,
    };
    let detail = jobapps::get_detail(services, caller, application).await?;
    let ApplicationDetail {
        jobapp,
        mut history,
        mut notes,
        mut mails,
    } = detail;
    let posting = if arguments.include_posting {
        match jobapps::get_posting(services, caller, application)
            .await
            .map_err(ApiError::from)
        {
            Ok(mut posting) => {
                shorten(&mut posting.text, MAX_POSTING_LEN);
                Some(posting)
            }
            Err(error) if error.code == ErrorCode::NotFound => None,
            Err(error) => return Err(error),
        }
    } else {
        None
    };
    let omitted = json!({
        "history": history.len().saturating_sub(MAX_ENTRIES),
        "notes": notes.len().saturating_sub(MAX_ENTRIES),
        "emails": mails.len().saturating_sub(MAX_ENTRIES),
    });
    // The history is sorted oldest first, unlike notes and emails, so its beginning is removed.
    history.drain(..history.len().saturating_sub(MAX_ENTRIES));
    notes.truncate(MAX_ENTRIES);
    mails.truncate(MAX_ENTRIES);
    for note in &mut notes {
        shorten(&mut note.description, MAX_NOTE_LEN);
    }
    to_json(json!({
        "application": jobapp, "history": history, "notes": notes, "emails": mails, "posting": posting, "omitted": omitted,
    }))
}

/// Cuts a text to this number of characters and marks it as shortened.
fn shorten(text: &mut String, max: usize) {
    if let Some((end, _)) = text.char_indices().nth(max) {
        text.truncate(end);
        text.push_str(" … (shortened)");
    }
}

pub async fn list_stages(
    Context { services, caller }: &Context,
    Nothing {}: Nothing,
) -> Result<Value, ApiError> {
    to_json(jobapps::list_stages(services, caller).await?)
}

pub async fn get_today(
    Context { services, caller }: &Context,
    Nothing {}: Nothing,
) -> Result<Value, ApiError> {
    to_json(today::get_today(services, caller).await?)
}

pub async fn get_metrics(
    Context { services, caller }: &Context,
    arguments: GetMetrics,
) -> Result<Value, ApiError> {
    let query = MetricsQuery {
        from: arguments.from,
        to: arguments.to,
        source: arguments.source,
        owner_id: None,
    };
    let metrics = metrics::journey_metrics(services, caller, &query).await?;
    to_json(json!({
        "funnel": metrics.funnel,
        "response_rates": metrics.response_rates,
        "response_times": metrics.response_times,
        "pace": metrics.pace,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_shortened_between_characters() {
        let mut text = "ä".repeat(5);
        shorten(&mut text, 5);
        assert_eq!(text, "äääää");
        shorten(&mut text, 2);
        assert_eq!(text, "ää … (shortened)");
    }
}
