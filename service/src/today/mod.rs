//! Items that need the user's attention today: interviews, tasks, new comments, quiet applications and email to review.

use crate::{
    Error, Services, coaching,
    context::{Caller, permit},
    interviews,
    jobapps::{
        self,
        queries::{MailCandidateQuery, list_mail_candidates},
    },
    mail,
    platform::time_zone::{midnight, today},
    tasks,
};
use chrono::TimeDelta;
use domain::{
    jobapps::ListApplicationsInput,
    tenants::Action,
    today::{Today, UPCOMING_DAYS},
};
use std::collections::BTreeSet;

const MAX_INTERVIEWS: i64 = 50;
const MAX_TASKS: i64 = 100;
const MAX_COMMENTS: i64 = 20;
const MAX_QUIET: u32 = 20;

/// Items that need the caller's attention today, in their time zone.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn get_today(services: &Services, caller: &Caller) -> Result<Today, Error> {
    let zone = caller.user.time_zone.as_str();
    let day = today(services.clock.now(), zone);
    let (start, end) = (
        midnight(day, zone),
        midnight(day + TimeDelta::days(UPCOMING_DAYS + 1), zone),
    );
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?)
        .await?;
    let interviews = interviews::list_upcoming(&mut tx, start, end, MAX_INTERVIEWS).await?;
    let tasks = tasks::list_due(&mut tx, day, start, MAX_TASKS).await?;
    let of_tasks = tasks.iter().filter_map(|task| task.jobapp_id);
    let comments = coaching::list_new(&mut tx, MAX_COMMENTS).await?;
    let of_comments = comments.iter().map(|new| new.jobapp_id);
    let of_interviews = interviews.iter().map(|i| i.jobapp_id);
    let ids: BTreeSet<_> = of_interviews.chain(of_tasks).chain(of_comments).collect();
    let query = MailCandidateQuery {
        ids: ids.into_iter().map(|id| id.0).collect(),
        ..MailCandidateQuery::default()
    };
    let jobapps = if query.ids.is_empty() {
        Vec::new()
    } else {
        list_mail_candidates(&mut tx, &query).await?
    };
    let access_request_count = coaching::count_received(&mut tx).await?;
    tx.commit().await?;
    let quiet = ListApplicationsInput {
        quiet: Some(true),
        limit: Some(MAX_QUIET),
        ..ListApplicationsInput::default()
    };
    Ok(Today {
        interviews,
        tasks,
        comments,
        quiet: jobapps::list(services, caller, quiet).await?.data,
        access_request_count,
        review_count: mail::count_review(services, caller).await?,
        jobapps: jobapps
            .into_iter()
            .map(|candidate| candidate.application)
            .collect(),
    })
}
