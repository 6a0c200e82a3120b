//! The applications of a printable report.

use super::{list, queries};
use crate::{
    Error, Services,
    context::{Caller, permit},
};
use domain::{
    jobapps::{JobApplication, ListApplicationsInput, ListOrder, Sort, StageKind},
    pagination::MAX_LIMIT,
    tenants::Action,
};

/// Maximum number of applications in a report.
pub const MAX_REPORT_APPLICATIONS: usize = 2_000;

/// Applications that were sent, by date.
pub struct Report {
    /// The applications that pass the filters, the earliest first.
    pub applications: Vec<JobApplication>,
    /// Whether there are more than [`MAX_REPORT_APPLICATIONS`].
    pub has_more: bool,
}

/// Lists the caller's applications that pass the filters, without those that have not been sent.
///
/// # Errors
/// `invalid` for invalid filters.
pub async fn list_report(
    services: &Services,
    caller: &Caller,
    input: ListApplicationsInput,
) -> Result<Report, Error> {
    let input = ListApplicationsInput {
        cursor: None,
        limit: None,
        ..input
    };
    let (filter, ..) = list::normalized(input).parse()?;
    let order = ListOrder {
        sort: Sort::ApplyDate,
        reverse: true,
    };
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?)
        .await?;
    let filter = list::query_filter(&mut tx, &filter, services.clock.now()).await?;
    let mut applications = Vec::new();
    let mut after = None;
    loop {
        let (page, next) = queries::list(&mut tx, &filter, order, after, MAX_LIMIT).await?;
        let is_sent = |a: &JobApplication| a.application_status.kind != StageKind::ToApply;
        applications.extend(page.into_iter().filter(is_sent));
        after = next;
        if after.is_none() || applications.len() > MAX_REPORT_APPLICATIONS {
            break;
        }
    }
    tx.commit().await?;
    let has_more = applications.len() > MAX_REPORT_APPLICATIONS;
    applications.truncate(MAX_REPORT_APPLICATIONS);
    Ok(Report {
        applications,
        has_more,
    })
}
