//! Reading the feed.

use super::{feed, queries};
use crate::{
    Error, Services,
    context::{Caller, Grant, permit},
    platform::{
        cursor,
        notifier::{Subscription, SubscriptionLimitError},
    },
};
use domain::{
    ApiError, ErrorCode, FieldCode, FieldErrors,
    changes::{Change, ChangeType, ChangesPage, ChangesPagination, ChangesStart, ListChangesInput},
    pagination,
    scopes::Scope,
    tenants::Action,
};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The caller's changes, and changes of objects that all members share, in commit order. With `wait`, the response is sent as soon as
/// there is a change. `next_cursor` is the position at which the feed continues. An API key with these scopes reads the types that its
/// scopes allow. After waiting, `authenticate` checks whether the caller may still read.
///
/// # Errors
/// The errors of `authenticate`;
/// `invalid` for unknown types, a wrong limit, or a cursor that was issued for other types; `cursor_expired` if changes after the
/// cursor were deleted; `scope_missing` for types that the key may not read; `rate_limited` if too many requests of the caller wait.
pub async fn list_changes<F: Future<Output = Result<(), Error>>>(
    services: &Services,
    caller: &Caller,
    input: ListChangesInput,
    scopes: Option<&[Scope]>,
    authenticate: impl Fn() -> F,
) -> Result<ChangesPage, Error> {
    let mut errors = FieldErrors::default();
    let requested = input.check(&mut errors);
    let filters = serde_json::to_string(&requested).map_err(|e| Error::Internal(e.to_string()))?;
    let scope = format!("changes of {} for {} {filters}", caller.tenant.id, caller.user.id);
    // A cursor belongs to its types, so with unknown types it cannot be checked.
    let after = input.cursor.as_deref().filter(|_| requested.is_some());
    let after = after.and_then(|cursor| {
        let number = cursor::decode(&services.keys, scope.as_bytes(), cursor);
        errors.check("cursor", number.map_err(|_| invalid_cursor()))
    });
    errors.into_result()?;
    let grant = permit(caller, Action::ReadApplications)?;
    let limit = pagination::limit(input.limit)?;
    let types = allowed_types(&requested.unwrap_or_default(), scopes)?;
    let mut position = after.map_or_else(
        || Position::Start(input.start.unwrap_or_default()),
        Position::After,
    );
    let wait = input.wait.unwrap_or(0);
    let deadline = Instant::now() + Duration::from_secs(u64::from(wait));
    // Before the first query, so that no change is missed between the query and the subscription.
    let mut subscription = match wait {
        0 => None,
        _ => Some(subscribe(services, grant)?),
    };
    loop {
        let (data, next) = read_page(services, grant, &types, position, limit).await?;
        position = Position::After(next);
        let is_more_to_wait_for = data.is_empty()
            && match &mut subscription {
                Some(subscription) => matches!(timeout_at(deadline, subscription.changed()).await, Ok(true)),
                None => false,
            };
        if !is_more_to_wait_for {
            let next_cursor = cursor::encode(&services.keys, scope.as_bytes(), &next)
                .ok_or_else(|| Error::Internal("a cursor cannot be encoded".into()))?;
            return Ok(ChangesPage {
                data,
                pagination: ChangesPagination { next_cursor, limit },
            });
        }
        authenticate().await?;
    }
}

/// A cursor is signed together with the types, so a cursor of other types cannot be distinguished from an altered cursor.
fn invalid_cursor() -> (FieldCode, String) {
    let detail = "This cursor is not valid for these types. Send next_cursor unchanged, with the same types as in the request that \
                  returned it. For other types, start a new cursor with start=now and read the lists of the added types.";
    (FieldCode::InvalidFormat, detail.to_owned())
}

/// The types to read; all types if empty.
fn allowed_types(requested: &[ChangeType], scopes: Option<&[Scope]>) -> Result<Vec<ChangeType>, Error> {
    let Some(scopes) = scopes else {
        return Ok(requested.to_vec());
    };
    let is_allowed = |change_type: &&ChangeType| scopes.contains(&change_type.scope());
    match requested.iter().find(|change_type| !is_allowed(change_type)) {
        Some(change_type) => Err(ApiError::scope_missing(change_type.scope()).into()),
        None if requested.is_empty() => Ok(ChangeType::ALL.iter().filter(is_allowed).copied().collect()),
        None => Ok(requested.to_vec()),
    }
}

/// The position to read from.
#[derive(Clone, Copy)]
enum Position {
    Start(ChangesStart),
    /// After the change with this number.
    After(i64),
}

fn subscribe(services: &Services, grant: Grant) -> Result<Subscription, Error> {
    services
        .db
        .notifier()
        .subscribe(grant.tenant(), grant.user(), None, Duration::ZERO)
        .map_err(|SubscriptionLimitError| {
            let detail = "Too many of your requests and pages wait for changes. Send this request without wait, or later.";
            Error::retry_later(ErrorCode::RateLimited, detail, 60)
        })
}

/// The changes at a position, and the number after which the feed continues.
async fn read_page(
    services: &Services,
    grant: Grant,
    types: &[ChangeType],
    position: Position,
    limit: u32,
) -> Result<(Vec<Change>, i64), Error> {
    let mut tx = services.db.begin(grant).await?;
    let bounds = queries::bounds(&mut tx).await?;
    let after = match position {
        Position::Start(ChangesStart::Oldest) => bounds.purged,
        Position::Start(ChangesStart::Now) => bounds.last,
        Position::After(number) => number,
    };
    if after < bounds.purged {
        return Err(Error::api(
            ErrorCode::CursorExpired,
            "Changes after this cursor were deleted, because they are older than 30 days. Read the lists again, and the changes from now on.",
        ));
    }
    let page = feed::read(&mut tx, after, bounds, types, limit, services.clock.now()).await?;
    tx.commit().await?;
    let changes = page.changes.into_iter().map(|(_, change)| change);
    Ok((changes.collect(), page.next))
}
