//! SQL of cohort metrics.

use crate::{
    Error,
    context::Grant,
    platform::db::{GlobalTx, TenantTx},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    GroupId,
    metrics::{Contribution, Values, WEEKS, WeekCounts},
};
use sqlx::{query, query_scalar};

pub(super) async fn group_exists(tx: &mut TenantTx, id: GroupId) -> Result<bool, Error> {
    let tenant = tx.tenant();
    let found = query_scalar!(
        "select id from groups where tenant_id = $1 and id = $2",
        tenant.0,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.is_some())
}

/// Publishes completed months that are not published yet. Returns `false` if a membership ended at the same moment: the transaction has
/// then failed and can be retried.
pub(super) async fn publish(tx: &mut GlobalTx, grant: Grant, now: DateTime<Utc>) -> Result<bool, Error> {
    let published = query!(
        "select publish_cohort_months($1, $2, $3)",
        grant.tenant().0,
        grant.user().0,
        now,
    )
    .execute(tx.conn())
    .await;
    match published {
        Ok(_) => Ok(true),
        Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The anonymous contributions of all members to the published months of the range.
pub(super) async fn contributions(
    tx: &mut GlobalTx,
    grant: Grant,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Vec<Contribution>, Error> {
    let rows = query!(
        r#"
        select month as "month!", is_known as "is_known!", group_ids as "group_ids!", is_active as "is_active!",
          applications as "applications!", responses as "responses!", screenings as "screenings!", interviews as "interviews!",
          offers as "offers!", response_days, offer_days, applications_by_week, responses_by_week, screenings_by_week,
          interviews_by_week, offers_by_week
        from read_cohort_entries($1, $2, $3, $4)
        "#,
        grant.tenant().0,
        grant.user().0,
        first,
        last,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Contribution {
            month: r.month,
            is_known: r.is_known,
            groups: r.group_ids.into_iter().map(GroupId).collect(),
            values: Values {
                is_active: r.is_active,
                applications: number(r.applications),
                responses: number(r.responses),
                screenings: number(r.screenings),
                interviews: number(r.interviews),
                offers: number(r.offers),
                response_days: r.response_days.map(number),
                offer_days: r.offer_days.map(number),
                weeks: weeks([
                    r.applications_by_week,
                    r.responses_by_week,
                    r.screenings_by_week,
                    r.interviews_by_week,
                    r.offers_by_week,
                ]),
            },
        })
        .collect())
}

fn number(n: i32) -> u32 {
    u32::try_from(n).unwrap_or(0)
}

/// `None` if the month was published without weeks.
fn weeks(counts: [Option<Vec<i32>>; 5]) -> Option<[WeekCounts; WEEKS]> {
    let [applications, responses, screenings, interviews, offers] = counts;
    let (applications, responses, screenings) = (applications?, responses?, screenings?);
    let (interviews, offers) = (interviews?, offers?);
    Some(std::array::from_fn(|week| {
        let count = |counts: &[i32]| counts.get(week).copied().map_or(0, number);
        WeekCounts {
            applications: count(&applications),
            responses: count(&responses),
            screenings: count(&screenings),
            interviews: count(&interviews),
            offers: count(&offers),
        }
    }))
}
