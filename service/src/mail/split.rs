//! Splits an application in two by its messages.

use super::{
    apply::{match_context, write_report},
    matching::{UnmatchedMessage, create_application},
    queries::messages,
};
use crate::{
    Error, Services,
    context::{Caller, permit},
    idempotency::{self, IdempotentRequest},
    jobapps::{self, limits, queries::list_stages},
    platform::db::TenantTx,
};
use domain::{
    ApiError, FieldCode, JobApplicationId, MailMessageId,
    jobapps::{EventSource, SeparatedApplications, SplitApplicationInput},
    tenants::Action,
};
use std::collections::HashSet;

/// Creates a new application from some messages of another one, as if they had just been read. Their changes in the original
/// application are undone, unless someone has changed the values since. If a merge added exactly these messages, the merge is
/// undone instead.
///
/// # Errors
/// `invalid` without a message or with all messages of the application; `not_found` if the caller has no such application, or one
/// of the messages is not about it; `conflict` if the user has the maximum number of applications; the errors of the idempotency
/// key.
pub async fn split_application(
    services: &Services,
    caller: &Caller,
    request: Option<&IdempotentRequest>,
    input: SplitApplicationInput,
) -> Result<SeparatedApplications, Error> {
    let (application, mail_ids) = input.parse()?;
    let grant = permit(caller, Action::WriteApplications)?;
    let split = async |tx: &mut TenantTx| split(services, caller, tx, application, &mail_ids).await;
    idempotency::run(services, grant, request, split).await
}

async fn split(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    application: JobApplicationId,
    mail_ids: &[MailMessageId],
) -> Result<SeparatedApplications, Error> {
    // Locked before the rows of applications, as in every transaction that adds one.
    let applications_left = limits::lock_applications_left(services, tx).await?;
    let names = jobapps::lock_names(tx, application).await?;
    let mut messages = messages::list_of_application(tx, application, mail_ids).await?;
    if messages.len() < mail_ids.len() {
        return Err(Error::not_found());
    }
    // Messages added by a merge return to the merged application, with its own history.
    if let Some(separated) = jobapps::undo_merge_of_messages(services, tx, application, mail_ids).await? {
        return Ok(separated);
    }
    if !messages::has_others(tx, application, mail_ids).await? {
        let detail = "These are all emails of the application. Leave at least one with it.";
        return Err(ApiError::field("mail_ids", FieldCode::NotAllowed, detail).into());
    }
    if applications_left <= 0 {
        limits::check_applications(services, tx).await?;
    }
    name_first(&mut messages, names);
    let stages = list_stages(tx).await?;
    let context = match_context(caller, &stages, applications_left, HashSet::new())?;
    let other = services.id();
    let report = create_application(&context, &messages, other);
    write_report(services, tx, &report, EventSource::Mail, None).await?;
    Ok(SeparatedApplications {
        jobapp: jobapps::undo_messages(services, caller, tx, application, mail_ids, false).await?,
        other: jobapps::find(services, tx, other).await?,
    })
}

/// Fills in missing names of the first message from the other messages, or else from the original application, so that the new
/// application has a title and a company.
fn name_first(messages: &mut [UnmatchedMessage], (title, company): (Option<String>, Option<String>)) {
    let title = messages.iter().find_map(|m| m.title.clone()).or(title);
    let company = messages.iter().find_map(|m| m.company.clone()).or(company);
    if let Some(first) = messages.first_mut() {
        first.title = first.title.take().or(title);
        first.company = first.company.take().or(company);
    }
}
