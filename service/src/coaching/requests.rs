//! Requests for access: a coach asks a member, who grants access or declines. Nothing is granted without the member's own action.

use super::{NotificationKind, grants::append_grant_event, grants::begin_grant, mark_other, notify, queries};
use crate::{
    Error, Services,
    audit_log::{self, AuditEvent},
    context::{Caller, ClientInfo, permit},
    idempotency::{self, Claim, IdempotentRequest},
    platform::{
        db::{AdvisoryLock, TenantTx},
        normalize::{fold, nfc},
    },
    rate_limit,
};
use chrono::{DateTime, Utc};
use domain::{
    AccessRequestId, ErrorCode, GroupId,
    coaching::{
        AccessRequest, AccessRequestRef, AccessRequestState, AccessRequests, AccessScope,
        AnswerAccessRequestInput, GrantAccessInput, Person, RequestAccessInput,
    },
    tenants::{Action, may},
};
use queries::requests::NewRequest;

/// Maximum number of members that are offered for requests on a page.
const MAX_CANDIDATES: usize = 50;
/// Maximum number of members whose names a search reads.
const MAX_SEARCHED: i64 = 10_000;

/// Asks a member for access, and schedules an email about it. With an idempotency key, a repeated request returns the stored response.
///
/// # Errors
/// `invalid` with every invalid field; `forbidden` when the role may not have clients; `not_found` if the user is not a member;
/// `conflict` if the caller already has the access, while an earlier request is pending, and for a time after it was declined or
/// withdrawn; `rate_limited`; errors of the idempotency key.
pub async fn request_access(
    services: &Services,
    caller: &Caller,
    request: Option<&IdempotentRequest>,
    mut input: RequestAccessInput,
    client: &ClientInfo,
) -> Result<AccessRequest, Error> {
    input.message = input.message.as_deref().map(nfc);
    let message = input.parse(caller.user.id)?;
    let grant = permit(caller, Action::AskForAccess)?;
    rate_limit::check_access_request(services, client, caller).await?;
    let now = services.clock.now();
    let new = NewRequest {
        id: services.id(),
        owner: input.user_id,
        scope: input.scope,
        message: message.as_deref(),
    };
    let mut global = services.db.begin_global_for(grant.user()).await?;
    let (kind, asking) = (NotificationKind::AccessRequest, caller.user.id.0);
    notify(services, &mut global, grant, &[new.owner], kind, asking, now).await?;
    let mut tx = match idempotency::begin_in(services, global, grant, request).await? {
        Claim::New(tx) => tx,
        Claim::Replay(stored) => return Ok(stored),
    };
    let sent = insert(&mut tx, &new, now).await;
    let sent = tx.commit(sent).await?;
    mark_other(services, grant.tenant(), caller, input.user_id);
    Ok(sent)
}

async fn insert(tx: &mut TenantTx, new: &NewRequest<'_>, now: DateTime<Utc>) -> Result<AccessRequest, Error> {
    if queries::grants::find_role(tx, new.owner).await?.is_none() {
        return Err(Error::not_found());
    }
    let scope = queries::comments::find_scope(tx, new.owner).await?;
    if scope == Some(AccessScope::Comment) || scope == Some(new.scope) {
        let detail = "This member has already given you access.";
        return Err(Error::api(ErrorCode::Conflict, detail));
    }
    let lock = AdvisoryLock::AccessRequest {
        from: tx.user(),
        to: new.owner,
        tenant: tx.tenant(),
    };
    tx.lock(lock).await?;
    if let Some(id) = queries::requests::find_to(tx, new.owner).await? {
        find(tx, id).await?.check_repeat(now)?;
    }
    queries::requests::upsert(tx, new, now).await?;
    let id = queries::requests::find_to(tx, new.owner).await?;
    find(tx, id.ok_or_else(Error::not_found)?).await
}

/// A request by or to the user.
async fn find(tx: &mut TenantTx, id: AccessRequestId) -> Result<AccessRequest, Error> {
    let found = queries::requests::list(tx, Some(id)).await?;
    found.into_iter().next().ok_or_else(Error::not_found)
}

/// Grants the requested access or a part of it, or declines the request.
///
/// # Errors
/// `invalid` for more than the requested access, or an end in the past; `not_found` if there is no such request to the caller; `conflict`
/// if it is no longer pending, or the viewer may no longer have clients.
pub async fn answer_access_request(
    services: &Services,
    caller: &Caller,
    input: AnswerAccessRequestInput,
) -> Result<AccessRequest, Error> {
    let now = services.clock.now();
    let grant = permit(caller, Action::ManageSharing)?;
    let request = {
        let mut tx = services.db.begin(grant.to_read()).await?;
        let request = find(&mut tx, input.request_id).await?;
        tx.commit().await?;
        request
    };
    let viewer = request.viewer.user_id;
    if request.owner.user_id != caller.user.id {
        return Err(Error::not_found());
    }
    let mut tx = if input.grant {
        begin_grant(services, caller, grant, viewer, now).await?
    } else {
        services.db.begin(grant).await?
    };
    let state = if input.grant {
        AccessRequestState::Granted
    } else {
        AccessRequestState::Declined
    };
    // This locks the row, so that a concurrent answer and withdrawal exclude each other.
    if !queries::requests::end(&mut tx, input.request_id, state, now).await? {
        let detail = "This request is no longer open. Reload the page.";
        return Err(Error::api(ErrorCode::Conflict, detail));
    }
    if input.grant {
        let given = GrantAccessInput {
            viewer_id: viewer,
            scope: input.granted_scope(request.scope)?,
            expires_at: input.expires_at,
        };
        given.check(caller.user.id, now)?;
        let role = queries::grants::find_role(&mut tx, viewer).await?;
        if !role.is_some_and(|role| may(role, Action::ReadClients)) {
            let detail = "This person is no longer a coach. You can decline the request.";
            return Err(Error::api(ErrorCode::Conflict, detail));
        }
        queries::grants::upsert(&mut tx, services.id(), &given, now).await?;
        append_grant_event(services, caller, &mut tx, &given).await?;
    }
    let answered = find(&mut tx, input.request_id).await?;
    tx.commit().await?;
    if input.grant {
        audit_log::record(AuditEvent::AccessGranted, Some(caller.user.id), None);
    }
    services.db.notifier().mark(grant.tenant(), viewer);
    Ok(answered)
}

/// Cancels a pending request of the caller.
///
/// # Errors
/// `forbidden` when the role may not have clients; `not_found` if the caller has no such pending request.
pub async fn withdraw_access_request(
    services: &Services,
    caller: &Caller,
    AccessRequestRef { request_id }: AccessRequestRef,
) -> Result<(), Error> {
    let grant = permit(caller, Action::AskForAccess)?;
    let mut tx = services.db.begin(grant).await?;
    let request = find(&mut tx, request_id).await?;
    let is_own = request.viewer.user_id == caller.user.id;
    let state = AccessRequestState::Withdrawn;
    if !is_own || !queries::requests::end(&mut tx, request_id, state, services.clock.now()).await? {
        return Err(Error::not_found());
    }
    tx.commit().await?;
    mark_other(services, grant.tenant(), caller, request.owner.user_id);
    Ok(())
}

/// The pending requests to the caller, and the requests by the caller, of each at most [`MAX_UNPAGED`](domain::pagination::MAX_UNPAGED), the latest first.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn list_access_requests(services: &Services, caller: &Caller) -> Result<AccessRequests, Error> {
    let mut tx = services.db.begin(permit(caller, Action::ReadSharing)?).await?;
    let requests = queries::requests::list(&mut tx, None).await?;
    tx.commit().await?;
    let (sent, received) = requests
        .into_iter()
        .partition(|r: &AccessRequest| r.viewer.user_id == caller.user.id);
    Ok(AccessRequests { received, sent })
}

/// The members whom the caller can ask for access, by name. With `q`, only members whose name contains it, compared without case and
/// accents. With a group, only its members who have not declined. Also returns whether there are more than the listed ones.
///
/// # Errors
/// `forbidden` when the role may not have clients.
pub async fn list_request_candidates(
    services: &Services,
    caller: &Caller,
    q: Option<&str>,
    group: Option<GroupId>,
) -> Result<(Vec<Person>, bool), Error> {
    let q = q.map(fold).filter(|q| !q.is_empty());
    let limit = match q {
        Some(_) => MAX_SEARCHED,
        None => i64::try_from(MAX_CANDIDATES + 1).unwrap_or(i64::MAX),
    };
    let mut tx = services.db.begin(permit(caller, Action::ReadClients)?).await?;
    let mut people = queries::requests::list_candidates(&mut tx, group, limit).await?;
    tx.commit().await?;
    if let Some(q) = q {
        people.retain(|person| person.name.as_deref().is_some_and(|name| fold(name).contains(&q)));
    }
    let has_more = people.len() > MAX_CANDIDATES;
    people.truncate(MAX_CANDIDATES);
    Ok((people, has_more))
}

/// The number of pending requests to the user of the transaction.
pub(crate) async fn count_received(tx: &mut TenantTx) -> Result<i64, Error> {
    queries::requests::count_received(tx).await
}
