//! The applications that messages may belong to, and their changes.

use super::unknown_value;
use crate::{
    Error,
    mail::matching::{Candidate, Confirmation, MatchKeys},
    platform::{db::TenantTx, normalize::fold},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    JobApplicationId, StageId,
    jobapps::{Outcome, StageKind, state_machine::State},
};
use mail_reader::match_key;
use serde::{Deserialize, Serialize};
use sqlx::{query, types::Json};

#[derive(Debug, Deserialize)]
struct ConfirmationRow {
    platform: Option<String>,
    at: DateTime<Utc>,
}

impl From<ConfirmationRow> for Confirmation {
    fn from(row: ConfirmationRow) -> Self {
        Self {
            platform: row.platform.unwrap_or_default(),
            sent_at: row.at,
        }
    }
}

/// The columns of an application that messages change.
#[derive(Serialize)]
pub struct UpdatedApplicationRow<'a> {
    id: JobApplicationId,
    job_title: &'a str,
    company: &'a str,
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
            job_title: &candidate.title,
            company: &candidate.company,
            search_text: fold(&format!("{} {}", candidate.title, candidate.company)),
            match_key: match_key::company(&candidate.company),
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

/// Loads and locks the applications of these companies or apply dates; the former include deleted ones.
pub async fn lock_candidates(
    tx: &mut TenantTx,
    keys: &[String],
    apply_dates: &[NaiveDate],
) -> Result<Vec<Candidate>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select a.id, a.company, a.job_title, a.requisition, a.stage_id, s.kind as stage_kind, a.outcome, a.stage_changed_at,
          a.apply_date, a.source, a.location, a.user_edited_fields, a.deleted_at is not null as "is_deleted!",
          coalesce((
            select jsonb_agg(jsonb_build_object('platform', m.platform, 'at', m.at) order by m.at, m.platform)
            from (
              select c.platform, min(c.sent_at) as at from mail_messages c
              where c.tenant_id = $1 and c.application_id = a.id and c.kind = 'confirmation' group by c.platform) m
          ), '[]') as "confirmations!: Json<Vec<ConfirmationRow>>"
        from job_applications a
        join stages s on s.tenant_id = a.tenant_id and s.id = a.stage_id
        where a.tenant_id = $1 and a.owner_id = $2 and a.id in (
          select k.id from job_applications k where k.tenant_id = $1 and k.owner_id = $2 and k.match_key = any($3)
          union all
          select d.id from job_applications d
          where d.tenant_id = $1 and d.owner_id = $2 and d.deleted_at is null and d.apply_date = any($4))
        order by a.id
        for update of a
        "#,
        tenant.0,
        user.0,
        keys,
        apply_dates,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let outcome = r
                .outcome
                .as_deref()
                .map(|o| Outcome::parse(o).ok_or_else(|| unknown_value("outcome")))
                .transpose()?;
            Ok(Candidate {
                keys: MatchKeys::new(&r.company, &r.job_title),
                id: r.id.into(),
                company: r.company,
                title: r.job_title,
                requisitions: r.requisition.into_iter().collect(),
                state: State {
                    stage: r.stage_id.into(),
                    outcome,
                },
                stage_kind: StageKind::parse(&r.stage_kind).ok_or_else(|| unknown_value("stage kind"))?,
                stage_changed_at: r.stage_changed_at,
                apply_date: r.apply_date,
                source: r.source,
                location: r.location,
                user_edited_fields: r.user_edited_fields,
                is_deleted: r.is_deleted,
                confirmations: r.confirmations.0.into_iter().map(Into::into).collect(),
                is_new: false,
                is_changed: false,
            })
        })
        .collect()
}

/// Updates changed applications.
pub async fn update_applications(
    tx: &mut TenantTx,
    rows: &[UpdatedApplicationRow<'_>],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update job_applications a set
          job_title = r.job_title, company = r.company, search_text = r.search_text, match_key = r.match_key,
          requisition = r.requisition, stage_id = r.stage_id, outcome = r.outcome, stage_changed_at = r.stage_changed_at,
          apply_date = r.apply_date, source = r.source, location = r.location, updated_at = $4, version = a.version + 1
        from jsonb_to_recordset($3) as r (
          id uuid, job_title text, company text, search_text text, match_key text, requisition text, stage_id uuid,
          outcome text, stage_changed_at timestamptz, apply_date date, source text, location text)
        where a.tenant_id = $1 and a.owner_id = $2 and a.id = r.id
        "#,
        tenant.0,
        user.0,
        Json(rows) as _,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
