//! SQL of applications for the inbox: candidates for a message, and whether a user has changed an application.

use super::{ApplicationWithStageRow, find};
use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{JobApplicationId, changes::ChangeType, jobapps::JobApplication};
use sqlx::{FromRow, query, query_as};
use uuid::Uuid;

/// Maximum number of candidates. It is more than users look at, and bounds the memory for many applications at one company.
const MAX_CANDIDATES: i64 = 500;

#[derive(FromRow)]
struct CandidateRow {
    #[sqlx(flatten)]
    application: ApplicationWithStageRow,
    requisition: Option<String>,
}

/// An application that a message may belong to.
#[derive(Clone, Debug)]
pub(crate) struct MailCandidate {
    pub application: JobApplication,
    /// The employer's requisition number of the job.
    pub requisition: Option<String>,
}

impl TryFrom<CandidateRow> for MailCandidate {
    type Error = Error;

    fn try_from(row: CandidateRow) -> Result<Self, Error> {
        Ok(Self {
            application: row.application.try_into()?,
            requisition: row.requisition,
        })
    }
}

/// Selects the caller's applications as candidates; $1 is the tenant and $2 the owner.
macro_rules! select_candidates {
    ($condition:literal) => {
        concat!(
            "select a.id, a.job_title, a.company, a.stage_id, s.name as stage_name, s.kind as stage_kind, \
               s.position as stage_position, s.color as stage_color, a.outcome, a.apply_date, a.source, a.location, a.url, a.salary_min, a.salary_max, \
               a.salary_currency, a.salary_period, a.tags, a.created_at, a.updated_at, a.version, a.requisition \
             from job_applications a join stages s on s.tenant_id = a.tenant_id and s.id = a.stage_id \
             where a.tenant_id = $1 and a.owner_id = $2 and a.deleted_at is null ",
            $condition
        )
    };
}

/// The search criteria: an application matches if any of them does.
#[derive(Default)]
pub(crate) struct MailCandidateQuery {
    pub ids: Vec<Uuid>,
    /// Keys of companies, see [`super::company_key`].
    pub company_keys: Vec<String>,
    pub requisitions: Vec<String>,
}

/// The caller's applications with these ids, companies or requisition numbers, the latest first.
pub(crate) async fn list_mail_candidates(
    tx: &mut TenantTx,
    by: &MailCandidateQuery,
) -> Result<Vec<MailCandidate>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows: Vec<CandidateRow> = query_as(select_candidates!(
        "and (a.id = any($3) or a.match_key = any($4) or a.requisition = any($5)) \
         order by a.apply_date desc, a.id desc limit $6"
    ))
    .bind(tenant.0)
    .bind(user.0)
    .bind(&by.ids)
    .bind(&by.company_keys)
    .bind(&by.requisitions)
    .bind(MAX_CANDIDATES)
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The caller's open applications that were added last.
pub(crate) async fn list_recent_open(tx: &mut TenantTx, limit: i64) -> Result<Vec<MailCandidate>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows: Vec<CandidateRow> = query_as(select_candidates!(
        "and a.outcome is null \
         order by a.apply_date desc, a.id desc limit $3"
    ))
    .bind(tenant.0)
    .bind(user.0)
    .bind(limit)
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// One of the caller's applications.
pub(crate) async fn find_application(
    tx: &mut TenantTx,
    id: JobApplicationId,
) -> Result<Option<JobApplication>, Error> {
    find(tx, id).await
}

/// An event with the values for undoing an email.
pub(crate) struct EventOrigin {
    pub is_creation: bool,
    pub mail: Option<Uuid>,
    /// A user or an API client caused it.
    pub is_by_user: bool,
}

/// The events of one of the caller's applications in the order they were recorded.
pub(crate) async fn list_event_origins(
    tx: &mut TenantTx,
    id: JobApplicationId,
) -> Result<Vec<EventOrigin>, Error> {
    let tenant = tx.tenant();
    let rows = query!(
        r#"
        select from_stage_id is null as "is_creation!", mail_id,
          cause in ('user', 'api') as "is_by_user!"
        from application_events
        where tenant_id = $1 and application_id = $2
        order by recorded_at, id
        "#,
        tenant.0,
        id.0,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| EventOrigin {
            is_creation: r.is_creation,
            mail: r.mail_id,
            is_by_user: r.is_by_user,
        })
        .collect())
}

/// Whether the user has added something to an application: notes, contacts, files, a posting, tasks, or interviews that were not created
/// from invitations.
pub(crate) async fn has_user_content(tx: &mut TenantTx, id: JobApplicationId) -> Result<bool, Error> {
    let tenant = tx.tenant();
    let row = query!(
        r#"
        select exists (select 1 from notes where tenant_id = $1 and application_id = $2)
          or exists (select 1 from contact_links where tenant_id = $1 and application_id = $2)
          or exists (select 1 from files where tenant_id = $1 and application_id = $2)
          or exists (select 1 from application_postings where tenant_id = $1 and application_id = $2)
          or exists (select 1 from tasks where tenant_id = $1 and application_id = $2)
          or exists (
            select 1 from interviews
            where tenant_id = $1 and application_id = $2 and (calendar_uid is null or edited_at is not null)
              and deleted_at is null) as "has_user_content!"
        "#,
        tenant.0,
        id.0,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row.has_user_content)
}

/// Sets the names of one of the caller's applications as the user stated them.
pub(crate) async fn set_names(
    tx: &mut TenantTx,
    application: &JobApplication,
    edited_fields: &[&str],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let edited_fields: Vec<String> = edited_fields.iter().map(|f| (*f).to_owned()).collect();
    query!(
        r#"
        update job_applications
        set job_title = $4, company = $5, search_text = $6, match_key = $7, updated_at = $8, version = version + 1,
          user_edited_fields = array(select distinct f from unnest(user_edited_fields || $9::text[]) f order by f)
        where tenant_id = $1 and owner_id is not distinct from $2 and id = $3
        "#,
        tenant.0,
        user.0,
        application.id.0,
        application.job_title,
        application.company,
        super::search_text(application.job_title.as_deref(), application.company.as_deref()),
        super::company_key(application.company.as_deref()),
        now,
        &edited_fields,
    )
    .execute(tx.conn())
    .await?;
    tx.record_application(ChangeType::JobappUpdated, application.id);
    Ok(())
}
