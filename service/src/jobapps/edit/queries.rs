//! SQL of editing an application.

use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{
    changes::ChangeType,
    jobapps::{JobApplication, SalaryPeriod},
};
use sqlx::query;

/// Writes all editable fields and marks those that the user has set.
pub(super) async fn edit(
    tx: &mut TenantTx,
    after: &JobApplication,
    search_text: &str,
    match_key: &str,
    edited_fields: &[&str],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let salary = after.salary.as_ref();
    let edited_fields: Vec<String> = edited_fields.iter().map(|f| (*f).to_owned()).collect();
    query!(
        r#"
        update job_applications
        set job_title = $4, company = $5, search_text = $6, match_key = $7, apply_date = $8, source = $9, location = $10,
          url = $11, salary_min = $12, salary_max = $13, salary_currency = $14, salary_period = $15, tags = $16,
          user_edited_fields = array(select unnest(user_edited_fields) union select unnest($17::text[]) order by 1),
          updated_at = $18, version = $19, seen_at = $20
        where tenant_id = $1 and owner_id is not distinct from $2 and id = $3
        "#,
        tenant.0,
        user.0,
        after.id.0,
        after.job_title,
        after.company,
        search_text,
        match_key,
        after.apply_date,
        after.source,
        after.location,
        after.url,
        salary.and_then(|s| s.min),
        salary.and_then(|s| s.max),
        salary.map(|s| s.currency.as_str()),
        salary.map(|s| SalaryPeriod::as_str(s.period)),
        &after.tags,
        &edited_fields,
        after.updated_at,
        after.version,
        now,
    )
    .execute(tx.conn())
    .await?;
    tx.record_application(ChangeType::JobappUpdated, after.id);
    Ok(())
}
