//! SQL of the content of an email about coaching, read in the tenant as its recipient.

use super::person;
use crate::{Error, platform::db::TenantTx};
use domain::{JobApplicationId, UserId, coaching::Person};
use sqlx::query;
use uuid::Uuid;

/// The number of comments that a person wrote on an application, or of tasks that they assigned for it.
pub(in crate::coaching) struct ApplicationNews {
    /// The application it was merged into, if it was merged. Tasks can be without an application.
    pub application: Option<JobApplicationId>,
    pub owner: UserId,
    pub company: Option<String>,
    pub job_title: Option<String>,
    pub author_name: Option<String>,
    pub count: i64,
}

/// The comments with these ids that the transaction's user can see, by application and author: on their own applications if the author
/// still has access, and on applications of clients.
pub(in crate::coaching) async fn list_commented(
    tx: &mut TenantTx,
    comments: &[Uuid],
) -> Result<Vec<ApplicationNews>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select coalesce(a.merged_into, a.id) as "application!", c.owner_id, a.company, a.job_title,
          m.display_name as "author_name?", count(*) as "count!"
        from application_comments c
        join job_applications a on a.tenant_id = $1 and a.id = c.application_id and (a.deleted_at is null or a.merged_into is not null)
        left join memberships m on m.tenant_id = $1 and m.user_id = c.author_id
        where c.tenant_id = $1 and c.id = any($3) and c.author_id <> $2
          and (c.owner_id is distinct from $2 or exists (
            select from access_grants g
            where g.tenant_id = $1 and g.owner_id = $2 and g.viewer_id = c.author_id and (g.expires_at is null or g.expires_at > now())
              and m.role in ('owner', 'admin', 'coach')))
        group by 1, c.owner_id, a.company, a.job_title, c.author_id, m.display_name
        order by 1, min(c.created_at), c.author_id
        "#,
        tenant.0,
        user.0,
        comments,
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(|r| ApplicationNews {
        application: Some(r.application.into()),
        owner: r.owner_id.into(),
        company: r.company,
        job_title: r.job_title,
        author_name: r.author_name,
        count: r.count,
    });
    Ok(rows.collect())
}

/// The open tasks with these ids that someone who still has access assigned to the transaction's user, by application and person.
pub(in crate::coaching) async fn list_assigned(
    tx: &mut TenantTx,
    tasks: &[Uuid],
) -> Result<Vec<ApplicationNews>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select a.id as "application?", a.company, a.job_title, m.display_name, count(*) as "count!"
        from tasks t
        join memberships m on m.tenant_id = $1 and m.user_id = t.assigned_by and m.role in ('owner', 'admin', 'coach')
        join access_grants g on g.tenant_id = $1 and g.owner_id = $2 and g.viewer_id = t.assigned_by
          and (g.expires_at is null or g.expires_at > now())
        left join job_applications a on a.tenant_id = $1 and a.id = t.application_id
        where t.tenant_id = $1 and t.owner_id = $2 and t.id = any($3) and t.done_at is null and a.deleted_at is null
        group by a.id, a.company, a.job_title, t.assigned_by, m.display_name
        order by a.id nulls last, min(t.created_at), t.assigned_by
        "#,
        tenant.0,
        user.0,
        tasks,
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(|r| ApplicationNews {
        application: r.application.map(Into::into),
        owner: user,
        company: r.company,
        job_title: r.job_title,
        author_name: Some(r.display_name),
        count: r.count,
    });
    Ok(rows.collect())
}

/// The people with these ids whose request for access to the applications of the transaction's user is pending.
pub(in crate::coaching) async fn list_requesting(
    tx: &mut TenantTx,
    viewers: &[Uuid],
) -> Result<Vec<Person>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select r.viewer_id, v.display_name from access_requests r
        join memberships v on v.tenant_id = $1 and v.user_id = r.viewer_id and v.role in ('owner', 'admin', 'coach')
        where r.tenant_id = $1 and r.owner_id = $2 and r.viewer_id = any($3) and r.state = 'pending'
        order by r.created_at, r.viewer_id
        "#,
        tenant.0,
        user.0,
        viewers,
    )
    .fetch_all(tx.conn())
    .await?;
    let people = rows
        .into_iter()
        .map(|r| person(r.viewer_id, Some(r.display_name)));
    Ok(people.collect())
}

/// The people with these ids whose applications the transaction's user can see, by name.
pub(in crate::coaching) async fn list_granting(
    tx: &mut TenantTx,
    owners: &[Uuid],
) -> Result<Vec<Person>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select g.owner_id, o.display_name from access_grants g
        join memberships o on o.tenant_id = $1 and o.user_id = g.owner_id
        join memberships v on v.tenant_id = $1 and v.user_id = g.viewer_id and v.role in ('owner', 'admin', 'coach')
        where g.tenant_id = $1 and g.viewer_id = $2 and g.owner_id = any($3) and (g.expires_at is null or g.expires_at > now())
        order by lower(o.display_name), g.owner_id
        "#,
        tenant.0,
        user.0,
        owners,
    )
    .fetch_all(tx.conn())
    .await?;
    let people = rows.into_iter().map(|r| person(r.owner_id, Some(r.display_name)));
    Ok(people.collect())
}
