//! Comments on applications, visible to the owner and to members with access.

use super::{NotificationKind, begin_read, notifications, notify, queries};
use crate::{
    Error, Services,
    context::{Caller, permit},
    idempotency::{self, Claim, IdempotentRequest},
    platform::{
        db::{AdvisoryLock, TenantTx},
        normalize::nfc,
        storage_limits::{LimitScope, count, limit_error},
    },
};
use domain::{
    ErrorCode, JobApplicationId, TenantId, UserId,
    coaching::{
        AccessScope, AddCommentInput, Comment, CommentRef, ListCommentsInput, Person, UpdateCommentInput,
        comment_text,
    },
    tenants::Action,
    today::NewComments,
};

/// Maximum number of comments on an application.
const MAX_COMMENTS: i64 = 1_000;

/// The comments on an application, the oldest first.
///
/// # Errors
/// `not_found` if the application does not exist, is deleted, or is not visible to the caller.
pub async fn list_comments(
    services: &Services,
    caller: &Caller,
    input: ListCommentsInput,
) -> Result<Vec<Comment>, Error> {
    let action = Action::ReadApplications;
    let mut tx = begin_read(services, caller, action, input.owner_id, Some(input.jobapp_id)).await?;
    if !queries::comments::has_application(&mut tx, None, input.jobapp_id).await? {
        return Err(Error::not_found());
    }
    let comments = queries::comments::list(&mut tx, input.jobapp_id).await?;
    tx.commit().await?;
    Ok(comments)
}

/// As [`list_comments`], in a transaction that reads the application.
pub(crate) async fn list_of_application(
    tx: &mut TenantTx,
    application: JobApplicationId,
) -> Result<Vec<Comment>, Error> {
    queries::comments::list(tx, application).await
}

/// The comments of others on applications of the transaction's user since the user last opened or changed them, by application and author.
pub(crate) async fn list_new(tx: &mut TenantTx, limit: i64) -> Result<Vec<NewComments>, Error> {
    queries::comments::list_new(tx, limit).await
}

/// Adds a comment, and schedules emails about it. With an idempotency key, a repeated request returns the stored response.
///
/// # Errors
/// `invalid` for an empty or too long text; `not_found` as for [`list_comments`]; `forbidden` if the owner has granted the caller
/// only read access; `conflict` if the application has the maximum number of comments; errors of the idempotency key.
pub async fn add_comment(
    services: &Services,
    caller: &Caller,
    request: Option<&IdempotentRequest>,
    input: AddCommentInput,
) -> Result<Comment, Error> {
    let comment = Comment {
        id: services.id(),
        jobapp_id: input.jobapp_id,
        author: author(caller),
        text: comment_text(&nfc(&input.text))?,
        created_at: services.clock.now(),
        updated_at: None,
    };
    let owner = input.owner_id.unwrap_or(caller.user.id);
    let grant = permit(caller, Action::Comment)?;
    let recipients = notifications::find_recipients(services, caller, grant, owner, input.jobapp_id).await?;
    let mut global = services.db.begin_global_for(grant.user()).await?;
    let (id, at) = (comment.id, comment.created_at);
    let kind = NotificationKind::Comment;
    notify(services, &mut global, grant, &recipients, kind, id.0, at).await?;
    let mut tx = match idempotency::begin_in(services, global, grant, request).await? {
        Claim::New(tx) => tx,
        Claim::Replay(stored) => return Ok(stored),
    };
    let audience = audience(&mut tx, owner).await?;
    let added = insert(&mut tx, owner, comment).await;
    let added = tx.commit(added).await?;
    mark_all(services, grant.tenant(), caller, &audience);
    Ok(added)
}

/// Users whose open pages show a changed comment on an application of this owner: the owner and members with access.
async fn audience(tx: &mut TenantTx, owner: UserId) -> Result<Vec<UserId>, Error> {
    if owner == tx.user() {
        return queries::grants::list_viewer_ids(tx).await;
    }
    let mut users = queries::grants::list_viewers_of(tx, owner).await?;
    users.push(owner);
    Ok(users)
}

fn mark_all(services: &Services, tenant: TenantId, caller: &Caller, users: &[UserId]) {
    for user in users {
        mark_other(services, tenant, caller, *user);
    }
}

async fn insert(tx: &mut TenantTx, owner: UserId, comment: Comment) -> Result<Comment, Error> {
    if owner != tx.user() {
        let detail = "You may read these applications, but not comment on them.";
        require_comment_scope(tx, owner, detail).await?;
    }
    if !queries::comments::has_application(tx, Some(owner), comment.jobapp_id).await? {
        return Err(Error::not_found());
    }
    tx.lock(AdvisoryLock::Comments(comment.jobapp_id, tx.tenant()))
        .await?;
    if queries::comments::count(tx, comment.jobapp_id).await? >= MAX_COMMENTS {
        let limit = count(MAX_COMMENTS, "comments");
        return Err(limit_error(LimitScope::Application, &limit, "Delete one first."));
    }
    queries::comments::insert(tx, owner, &comment).await?;
    Ok(comment)
}

/// # Errors
/// `not_found` without access from the owner; `forbidden` with this detail for read access.
pub(crate) async fn require_comment_scope(
    tx: &mut TenantTx,
    owner: UserId,
    detail: &str,
) -> Result<(), Error> {
    match queries::comments::find_scope(tx, owner).await? {
        Some(AccessScope::Comment) => Ok(()),
        Some(AccessScope::Read) => Err(Error::api(ErrorCode::Forbidden, detail)),
        None => Err(Error::not_found()),
    }
}

/// Changes the text of a comment by the caller.
///
/// # Errors
/// `invalid` for an empty or too long text; `not_found` if there is no such comment by the caller, or the caller may no longer
/// comment on the application.
pub async fn update_comment(
    services: &Services,
    caller: &Caller,
    input: UpdateCommentInput,
) -> Result<Comment, Error> {
    let text = comment_text(&nfc(&input.text))?;
    let now = services.clock.now();
    let grant = permit(caller, Action::Comment)?;
    let mut tx = services.db.begin(grant).await?;
    let (comment, owner) = queries::comments::update(&mut tx, input.comment_id, &text, now)
        .await?
        .ok_or_else(Error::not_found)?;
    let audience = audience(&mut tx, owner).await?;
    tx.commit().await?;
    mark_all(services, grant.tenant(), caller, &audience);
    Ok(Comment {
        author: author(caller),
        ..comment
    })
}

/// Permanently deletes a comment by the caller, or on an application of the caller.
///
/// # Errors
/// `not_found` if there is no such comment, or the caller may no longer comment on the application.
pub async fn delete_comment(services: &Services, caller: &Caller, input: CommentRef) -> Result<(), Error> {
    let grant = permit(caller, Action::Comment)?;
    let mut tx = services.db.begin(grant).await?;
    let (author, owner) = queries::comments::delete(&mut tx, input.comment_id)
        .await?
        .ok_or_else(Error::not_found)?;
    let audience = audience(&mut tx, owner).await?;
    tx.commit().await?;
    mark_all(services, grant.tenant(), caller, &audience);
    mark_other(services, grant.tenant(), caller, author);
    Ok(())
}

/// The caller as other members see them.
pub(crate) fn author(caller: &Caller) -> Person {
    Person {
        user_id: caller.user.id,
        name: Some(caller.user.display_name()),
    }
}

/// Notifies open pages of another member; the commit notifies those of the caller.
pub(crate) fn mark_other(services: &Services, tenant: TenantId, caller: &Caller, user: UserId) {
    if user != caller.user.id {
        services.db.notifier().mark(tenant, user);
    }
}
