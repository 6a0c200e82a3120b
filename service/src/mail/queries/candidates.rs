//! Applications that messages may belong to, and their changes. The statements are SQL functions, because their plans must not
//! depend on the statistics of other tenants; see `migrations/0007_mail.sql` and `0013_mail_statements.sql`.

use super::silence;
use crate::{
    Error,
    jobapps::queries::{company_key, search_text},
    mail::matching::{Candidate, Confirmation, DIRECT_EMAIL, MatchKeys, event_key},
    platform::db::TenantTx,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    JobApplicationId, StageId,
    changes::ChangeType,
    jobapps::{Outcome, Stage, state_machine::State},
};
use serde::Serialize;
use sqlx::{query, types::Json};
use std::collections::HashMap;
use uuid::Uuid;

/// The columns of an application that messages can change.
#[derive(Serialize)]
pub struct UpdatedApplicationRow<'a> {
    id: JobApplicationId,
    job_title: Option<&'a str>,
    company: Option<&'a str>,
    search_text: String,
    match_key: String,
    requisition: Option<&'a String>,
    stage_id: StageId,
    outcome: Option<Outcome>,
    stage_changed_at: DateTime<Utc>,
    apply_date: NaiveDate,
    source: &'a str,
    location: Option<&'a String>,
}

impl<'a> UpdatedApplicationRow<'a> {
    pub fn new(candidate: &'a Candidate) -> Self {
        Self {
            id: candidate.id,
            job_title: candidate.title.as_deref(),
            company: candidate.company.as_deref(),
            search_text: search_text(candidate.title.as_deref(), candidate.company.as_deref()),
            match_key: company_key(candidate.company.as_deref()),
            requisition: candidate.requisitions.first(),
            stage_id: candidate.state.stage,
            outcome: candidate.state.outcome,
            stage_changed_at: candidate.stage_changed_at,
            apply_date: candidate.apply_date,
            source: &candidate.source,
            location: candidate.location.as_ref(),
        }
    }
}

/// Locks the user's mailboxes, so that only one transaction at a time matches the messages of a user.
pub async fn lock_mailboxes(tx: &mut TenantTx) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        "select 1 as held from mailboxes where tenant_id = $1 and owner_id = $2 order by id for update",
        tenant.0,
        user.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}

/// The lookup criteria for applications.
pub struct CandidateQuery {
    pub ids: Vec<Uuid>,
    /// Match keys of companies. They also find deleted applications.
    pub keys: Vec<String>,
    pub requisitions: Vec<String>,
    pub apply_dates: Vec<NaiveDate>,
}

/// The applications of the messages with these Message-IDs.
pub async fn list_thread_applications(
    tx: &mut TenantTx,
    message_ids: &[String],
) -> Result<HashMap<String, JobApplicationId>, Error> {
    if message_ids.is_empty() {
        return Ok(HashMap::new());
    }
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select message_id as "message_id!", application_id as "application_id!"
        from list_thread_applications($1, $2, $3)
        "#,
        tenant.0,
        user.0,
        message_ids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| (r.message_id, r.application_id.into()))
        .collect())
}

/// The applications of the messages about these events, by [`event_key`].
pub async fn list_event_applications(
    tx: &mut TenantTx,
    uids: &[String],
) -> Result<HashMap<String, JobApplicationId>, Error> {
    if uids.is_empty() {
        return Ok(HashMap::new());
    }
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select calendar_uid as "calendar_uid!", application_id as "application_id!"
        from list_event_applications($1, $2, $3)
        "#,
        tenant.0,
        user.0,
        uids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| (event_key(&r.calendar_uid), r.application_id.into()))
        .collect())
}

/// Loads and locks the applications that messages may belong to.
pub async fn lock_candidates(
    tx: &mut TenantTx,
    stages: &[Stage],
    by: &CandidateQuery,
) -> Result<Vec<Candidate>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select id as "id!", company, job_title, requisition, stage_id as "stage_id!", outcome,
          stage_changed_at as "stage_changed_at!", apply_date as "apply_date!", source as "source!", location,
          user_edited_fields as "user_edited_fields!", deleted_at is not null as "is_deleted!"
        from lock_candidates($1, $2, $3, $4, $5, $6)
        "#,
        tenant.0,
        user.0,
        &by.ids,
        &by.keys,
        &by.requisitions,
        &by.apply_dates,
    )
    .fetch_all(tx.conn())
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let mut confirmations = list_confirmations(tx, &ids).await?;
    let ghosted = rows.iter().filter(|r| r.outcome.as_deref() == Some("ghosted"));
    let ghosted: Vec<Uuid> = ghosted.map(|r| r.id).collect();
    let silent_since = silence::list_silent_since(tx, &ghosted).await?;
    rows.into_iter()
        .map(|r| {
            let outcome = r
                .outcome
                .as_deref()
                .map(|o| Outcome::parse(o).ok_or_else(|| Error::unknown_value("outcome")))
                .transpose()?;
            let stage = stages
                .iter()
                .find(|s| s.id.0 == r.stage_id)
                .ok_or_else(|| Error::unknown_value("stage"))?;
            Ok(Candidate {
                keys: MatchKeys::new(r.company.as_deref(), r.job_title.as_deref()),
                id: r.id.into(),
                company: r.company,
                title: r.job_title,
                requisitions: r.requisition.into_iter().collect(),
                state: State {
                    stage: stage.id,
                    outcome,
                },
                stage_kind: stage.kind,
                stage_changed_at: r.stage_changed_at,
                apply_date: r.apply_date,
                source: r.source,
                location: r.location,
                user_edited_fields: r.user_edited_fields,
                is_deleted: r.is_deleted,
                silent_since: silent_since.get(&r.id).copied(),
                merged_titles: Vec::new(),
                merged_requisitions: Vec::new(),
                confirmations: confirmations.remove(&r.id).unwrap_or_default(),
                is_new: false,
                is_changed: false,
            })
        })
        .collect()
}

/// The confirmations of these applications, oldest first.
async fn list_confirmations(
    tx: &mut TenantTx,
    applications: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Confirmation>>, Error> {
    let tenant = tx.tenant();
    let rows = query!(
        r#"
        select application_id as "application_id!", platform, sent_at as "sent_at!"
        from list_confirmations($1, $2)
        "#,
        tenant.0,
        applications,
    )
    .fetch_all(tx.conn())
    .await?;
    let mut confirmations: HashMap<Uuid, Vec<Confirmation>> = HashMap::new();
    for row in rows {
        confirmations
            .entry(row.application_id)
            .or_default()
            .push(Confirmation {
                platform: row.platform.unwrap_or_else(|| DIRECT_EMAIL.into()),
                sent_at: row.sent_at,
            });
    }
    Ok(confirmations)
}

/// Updates changed applications.
pub async fn update_applications(
    tx: &mut TenantTx,
    rows: &[UpdatedApplicationRow<'_>],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        "select update_candidates($1, $2, $3, $4)",
        tenant.0,
        user.0,
        Json(rows) as _,
        now,
    )
    .execute(tx.conn())
    .await?;
    for row in rows {
        tx.record_application(ChangeType::JobappUpdated, row.id);
    }
    Ok(())
}
