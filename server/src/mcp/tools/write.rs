//! Tools that change something. Each calls one use case of the REST API.

use super::{
    Context,
    arguments::{AddApplication, AddNote, MoveApplication, OutcomeOrOpen},
    to_json,
};
use domain::{
    ApiError,
    jobapps::{AddApplicationInput, AddNoteInput, SalaryInput, UpdateApplicationInput},
};
use serde::Serialize;
use serde_json::Value;
use service::{idempotency::IdempotentRequest, jobapps};

pub async fn add_application(
    Context { services, caller }: &Context,
    arguments: AddApplication,
) -> Result<Value, ApiError> {
    let input = AddApplicationInput {
        job_title: arguments.job_title,
        company: arguments.company,
        application_date: None,
        apply_date: arguments.apply_date,
        status_id: None,
        stage_kind: arguments.stage_kind,
        source: arguments.source,
        location: arguments.location,
        url: arguments.url,
        salary: arguments.salary.map(|salary| SalaryInput {
            min: salary.min,
            max: salary.max,
            currency: salary.currency,
            period: salary.period,
        }),
        tags: arguments.tags,
    };
    let request = idempotent_request("add_application", arguments.idempotency_key, &input)?;
    to_json(jobapps::add(services, caller, request.as_ref(), input).await?)
}

pub async fn move_application(
    Context { services, caller }: &Context,
    arguments: MoveApplication,
) -> Result<Value, ApiError> {
    let input = UpdateApplicationInput {
        jobapp_id: arguments.application_id,
        status_id: arguments.stage_id,
        rejected: None,
        outcome: arguments.outcome.map(|outcome| match outcome {
            OutcomeOrOpen::Open => None,
            OutcomeOrOpen::Outcome(outcome) => Some(outcome),
        }),
        occurred_at: None,
        version: arguments.version,
    };
    to_json(jobapps::move_stage(services, caller, input).await?)
}

pub async fn add_note(Context { services, caller }: &Context, arguments: AddNote) -> Result<Value, ApiError> {
    let input = AddNoteInput {
        jobapp_id: arguments.application_id,
        description: arguments.text,
    };
    let request = idempotent_request("add_note", arguments.idempotency_key, &input)?;
    to_json(jobapps::add_note(services, caller, request.as_ref(), input).await?)
}

/// The request to execute at most once, if the model sent a key.
fn idempotent_request(
    tool: &str,
    key: Option<String>,
    input: &impl Serialize,
) -> Result<Option<IdempotentRequest>, ApiError> {
    let Some(key) = key else {
        return Ok(None);
    };
    let request = IdempotentRequest::new(&format!("MCP {tool}"), key.as_bytes())?;
    request.update(to_json(input)?.to_string().as_bytes());
    request.finish();
    Ok(Some(request))
}
