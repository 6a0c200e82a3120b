//! SQL of comments. Comments on deleted applications are invisible.

use super::{missing_reference, person};
use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{
    CommentId, JobApplicationId, UserId,
    coaching::{AccessScope, Comment},
    today::NewComments,
};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

struct CommentRow {
    id: Uuid,
    application_id: Uuid,
    author_id: Uuid,
    author_name: Option<String>,
    text: String,
    created_at: DateTime<Utc>,
    updated_at: Option<DateTime<Utc>>,
}

impl From<CommentRow> for Comment {
    fn from(row: CommentRow) -> Self {
        Self {
            id: row.id.into(),
            jobapp_id: row.application_id.into(),
            author: person(row.author_id, row.author_name),
            text: row.text,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// The access of the user to rows of this member; `None` without access.
pub(in crate::coaching) async fn find_scope(
    tx: &mut TenantTx,
    owner: UserId,
) -> Result<Option<AccessScope>, Error> {
    let (can_read, can_comment) = {
        let row = query!(
            r#"
            select coalesce($1::uuid = any(nullif(current_setting('app.visible_owners', true), '')::uuid[]), false) as "can_read!",
              coalesce($1::uuid = any(nullif(current_setting('app.commentable_owners', true), '')::uuid[]), false) as "can_comment!"
            "#,
            owner.0,
        )
        .fetch_one(tx.conn())
        .await?;
        (row.can_read, row.can_comment)
    };
    Ok(match (can_read, can_comment) {
        (_, true) => Some(AccessScope::Comment),
        (true, false) => Some(AccessScope::Read),
        (false, false) => None,
    })
}

/// Whether the application exists and is visible to the caller. Its owner is the given one, by default the owner of the transaction.
pub(crate) async fn has_application(
    tx: &mut TenantTx,
    owner: Option<UserId>,
    id: JobApplicationId,
) -> Result<bool, Error> {
    let (tenant, owner) = (tx.tenant(), owner.unwrap_or_else(|| tx.user()));
    let found = query_scalar!(
        r#"
        select id from job_applications
        where tenant_id = $1 and owner_id is not distinct from $2 and id = $3 and deleted_at is null
        "#,
        tenant.0,
        owner.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.is_some())
}

/// The comments on an application of the transaction's owner and on those merged into it, the oldest first.
pub(in crate::coaching) async fn list(
    tx: &mut TenantTx,
    application: JobApplicationId,
) -> Result<Vec<Comment>, Error> {
    let (tenant, owner) = (tx.tenant(), tx.user());
    let rows = query_as!(
        CommentRow,
        r#"
        select c.id, c.application_id, c.author_id, m.display_name as "author_name?", c.text, c.created_at, c.updated_at
        from application_comments c
        left join memberships m on m.tenant_id = $1 and m.user_id = c.author_id
        where c.tenant_id = $1 and c.owner_id is not distinct from $2 and c.application_id = any($3::uuid || array(
          select p.id from job_applications p where p.tenant_id = $1 and p.owner_id = $2 and p.merged_into = $3))
        order by c.created_at, c.id
        "#,
        tenant.0,
        owner.0,
        application.0,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Comments of others on applications of the transaction's user, and on applications merged into them, since the user last saw them:
/// by application and author, the latest first.
pub(in crate::coaching) async fn list_new(tx: &mut TenantTx, limit: i64) -> Result<Vec<NewComments>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select a.id, c.author_id, m.display_name as "author_name?", count(*) as "count!"
        from application_comments c
        join job_applications p on p.tenant_id = $1 and p.id = c.application_id
        join job_applications a on a.tenant_id = $1 and a.id = coalesce(p.merged_into, p.id) and a.deleted_at is null
        left join memberships m on m.tenant_id = $1 and m.user_id = c.author_id
        where c.tenant_id = $1 and c.owner_id = $2 and c.author_id <> $2 and c.created_at > coalesce(a.seen_at, a.created_at)
        group by a.id, c.author_id, m.display_name
        order by max(c.created_at) desc, a.id, c.author_id
        limit $3
        "#,
        tenant.0,
        user.0,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(|r| NewComments {
        jobapp_id: r.id.into(),
        author: person(r.author_id, r.author_name),
        count: r.count,
    });
    Ok(rows.collect())
}

pub(in crate::coaching) async fn count(
    tx: &mut TenantTx,
    application: JobApplicationId,
) -> Result<i64, Error> {
    let tenant = tx.tenant();
    let count = query_scalar!(
        r#"select count(*) as "count!" from application_comments where tenant_id = $1 and application_id = $2"#,
        tenant.0,
        application.0,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

/// Adds a comment by the user on an application of this member.
pub(in crate::coaching) async fn insert(
    tx: &mut TenantTx,
    owner: UserId,
    comment: &Comment,
) -> Result<(), Error> {
    let (tenant, author) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into application_comments (tenant_id, id, owner_id, application_id, author_id, text, created_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        "#,
        tenant.0,
        comment.id.0,
        owner.0,
        comment.jobapp_id.0,
        author.0,
        comment.text,
        comment.created_at,
    )
    .execute(tx.conn())
    .await
    .map_err(missing_reference)?;
    Ok(())
}

/// Changes a comment by the user, and returns it with the owner of its application. `None` if there is no such comment that they may
/// change.
pub(in crate::coaching) async fn update(
    tx: &mut TenantTx,
    id: CommentId,
    text: &str,
    now: DateTime<Utc>,
) -> Result<Option<(Comment, UserId)>, Error> {
    let (tenant, author) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        update application_comments c
        set text = $4, updated_at = $5
        from job_applications a
        where c.tenant_id = $1 and c.author_id = $2 and c.id = $3
          and a.tenant_id = $1 and a.id = c.application_id and (a.deleted_at is null or a.merged_into is not null)
        returning c.id, c.owner_id, c.application_id, c.author_id, c.text, c.created_at, c.updated_at
        "#,
        tenant.0,
        author.0,
        id.0,
        text,
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| {
        let comment = Comment {
            id: r.id.into(),
            jobapp_id: r.application_id.into(),
            author: person(r.author_id, None),
            text: r.text,
            created_at: r.created_at,
            updated_at: r.updated_at,
        };
        (comment, UserId(r.owner_id))
    }))
}

/// Deletes a comment by the user or on an application of theirs, and returns the author and the owner of the application. `None`
/// if there is no such comment that they may delete.
pub(in crate::coaching) async fn delete(
    tx: &mut TenantTx,
    id: CommentId,
) -> Result<Option<(UserId, UserId)>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        delete from application_comments c
        using job_applications a
        where c.tenant_id = $1 and (c.author_id = $2 or c.owner_id = $2) and c.id = $3
          and a.tenant_id = $1 and a.id = c.application_id and (a.deleted_at is null or a.merged_into is not null)
        returning c.author_id, c.owner_id
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| (UserId(r.author_id), UserId(r.owner_id))))
}
