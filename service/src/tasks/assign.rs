//! Tasks that a coach assigns to a client.

use super::{insert, queries};
use crate::{
    Error, Services,
    coaching::{NotificationKind, mark_other, notify, require_comment_scope},
    context::{Caller, permit},
    idempotency::{self, Claim, IdempotentRequest},
};
use domain::{
    ErrorCode, TaskId, UserId,
    tasks::Task,
    tenants::{Action, may},
};

/// Adds a task for a client, and schedules an email about it.
pub(super) async fn add(
    services: &Services,
    caller: &Caller,
    client: UserId,
    request: Option<&IdempotentRequest>,
    task: Task,
) -> Result<Task, Error> {
    let grant = permit(caller, Action::Comment)?.to_view(client);
    let mut global = services.db.begin_global_for(grant.user()).await?;
    let (kind, id, at) = (NotificationKind::Task, task.id.0, task.created_at);
    notify(services, &mut global, grant, &[client], kind, id, at).await?;
    let mut tx = match idempotency::begin_in(services, global, grant, request).await? {
        Claim::New(tx) => tx,
        Claim::Replay(stored) => return Ok(stored),
    };
    let detail = "You may read these applications, but not assign tasks.";
    let added = match require_comment_scope(&mut tx, client, detail).await {
        Ok(()) => insert(services, &mut tx, task).await,
        Err(error) => Err(error),
    };
    let added = tx.commit(added).await?;
    mark_other(services, grant.tenant(), caller, client);
    Ok(added)
}

/// Deletes an open task that the caller has assigned to a client. False if there is no such task.
///
/// # Errors
/// `conflict` if the client has done it.
pub(super) async fn withdraw(services: &Services, caller: &Caller, id: TaskId) -> Result<bool, Error> {
    if !may(caller.tenant.role, Action::ReadClients) {
        return Ok(false);
    }
    let grant = permit(caller, Action::Comment)?;
    let mut tx = services.db.begin(grant).await?;
    let client = queries::withdraw(&mut tx, id).await?;
    if client.is_none() && queries::is_assigned_and_done(&mut tx, id).await? {
        let detail = "This task is done. It can no longer be withdrawn.";
        return Err(Error::api(ErrorCode::Conflict, detail));
    }
    tx.commit().await?;
    if let Some(client) = client {
        mark_other(services, grant.tenant(), caller, client);
    }
    Ok(client.is_some())
}
