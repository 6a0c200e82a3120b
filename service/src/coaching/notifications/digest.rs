//! What an email about comments says, read when it is sent, as the recipient: row level security leaves out what they may no longer see.

use crate::{
    Error, Services, auth,
    coaching::queries::notifications::{self as queries, CommentedRow, NotificationRow},
    context::{Caller, permit},
    email::{CommentedApplication, person_name},
};
use domain::{
    CommentId, JobApplicationId, TenantId, UserId,
    jobapps::{company_label, title_label},
    routes::{ApplicationPage, ClientPage, Route},
    tenants::{Action, has_link},
};

/// The applications with comments that the user may still see, without the texts: a text that was sent could not be deleted any more.
pub(super) async fn read(
    services: &Services,
    user: UserId,
    pending: &[NotificationRow],
) -> Result<Vec<CommentedApplication>, Error> {
    let mut tenants: Vec<TenantId> = pending.iter().map(|row| row.tenant).collect();
    tenants.sort_unstable();
    tenants.dedup();
    let mut applications = Vec::new();
    for tenant in tenants {
        let caller = match auth::caller_for_job(services, user, tenant).await {
            Ok(caller) => caller,
            // Not a member any more.
            Err(Error::Api(_)) => continue,
            Err(error) => return Err(error),
        };
        let in_tenant = pending.iter().filter(|row| row.tenant == tenant);
        let comments: Vec<CommentId> = in_tenant.map(|row| row.comment).collect();
        let grant = permit(&caller, Action::ReadApplications)?;
        let mut tx = services.db.begin(grant).await?;
        let rows = queries::list_commented(&mut tx, &comments).await?;
        tx.commit().await?;
        append(services, &caller, &rows, &mut applications);
    }
    Ok(applications)
}

/// Groups the rows, which are ordered by application.
fn append(
    services: &Services,
    caller: &Caller,
    rows: &[CommentedRow],
    applications: &mut Vec<CommentedApplication>,
) {
    for rows in rows.chunk_by(|a, b| a.application == b.application) {
        let Some(first) = rows.first() else { continue };
        applications.push(CommentedApplication {
            comments: rows.iter().map(comments_by).collect(),
            name: application_name(first),
            link: application_link(services, caller, first.owner, first.application),
        });
    }
}

fn comments_by(row: &CommentedRow) -> String {
    let author = person_name(row.author_name.as_deref());
    match row.count {
        1 => format!("{author}: 1 comment"),
        count => format!("{author}: {count} comments"),
    }
}

/// A name that an email program could show as a link is left out.
fn application_name(row: &CommentedRow) -> String {
    let (title, company) = (
        title_label(row.job_title.as_deref()),
        company_label(row.company.as_deref()),
    );
    let name = format!("{title}, {company}");
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if has_link(&name) {
        "An application".to_owned()
    } else {
        name
    }
}

fn application_link(services: &Services, caller: &Caller, owner: UserId, id: JobApplicationId) -> String {
    let slug = caller.tenant.slug.clone();
    let route = if owner == caller.user.id {
        Route::Application(slug, id, ApplicationPage::Overview)
    } else {
        Route::Client(slug, owner, ClientPage::Application(id))
    };
    format!("{}{route}", services.public_url)
}
