//! SQL about changing what an application says.

use crate::{Error, db::TenantTx};
use domain::jobapps::{JobApplication, SalaryPeriod};
use sqlx::query;

/// Writes all that can be edited, as it shall be, and remembers which fields a person has decided.
pub(super) async fn edit(
    tx: &mut TenantTx,
    after: &JobApplication,
    search_text: &str,
    match_key: &str,
    decided: &[&str],
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let salary = after.salary.as_ref();
    let decided: Vec<String> = decided.iter().map(|f| (*f).to_owned()).collect();
    query!(
        r#"
        update job_application
        set job_title = $4, company = $5, search_text = $6, match_key = $7, apply_date = $8, source = $9, location = $10,
          url = $11, salary_min = $12, salary_max = $13, salary_currency = $14, salary_period = $15, tags = $16,
          edited = array(select unnest(edited) union select unnest($17::text[]) order by 1),
          updated_at = $18, version = $19
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
        &decided,
        after.updated_at,
        after.version,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
