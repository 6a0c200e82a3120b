//! Asking several members for access at once.

use super::{queries, requests::request_access};
use crate::{
    Error, Services,
    context::{Caller, ClientInfo, permit},
};
use domain::{
    ApiError, ErrorCode, FieldCode, UserId,
    coaching::{AccessScope, Person, RequestAccessInput},
    tenants::Action,
};
use std::collections::BTreeSet;

/// Maximum number of members per request.
pub const MAX_REQUESTS: usize = 50;

/// The result of the request to one member.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestOutcome {
    /// The member.
    pub person: Person,
    /// The reason why they were not asked; `None` if they were.
    pub problem: Option<ApiError>,
}

/// Asks each of these members for access, as [`request_access`] does. An error for one member does not prevent requests to the others.
///
/// # Errors
/// `invalid` for no or too many members, or an invalid message; `forbidden` when the role may not have clients; `not_found` if none
/// of the users is a member; the error of the request if there is one member only.
pub async fn request_access_of_many(
    services: &Services,
    caller: &Caller,
    users: &[UserId],
    scope: AccessScope,
    message: Option<&str>,
    client: &ClientInfo,
) -> Result<Vec<RequestOutcome>, Error> {
    let users: Vec<UserId> = users
        .iter()
        .copied()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let grant = permit(caller, Action::AskForAccess)?;
    if !(1..=MAX_REQUESTS).contains(&users.len()) {
        let detail = format!("Choose 1 to {MAX_REQUESTS} members.");
        return Err(ApiError::field("user_ids", FieldCode::OutOfRange, detail).into());
    }
    let mut tx = services.db.begin(grant.to_read()).await?;
    let people = queries::requests::list_people(&mut tx, &users).await?;
    tx.commit().await?;
    if people.is_empty() {
        return Err(Error::not_found());
    }
    let is_single = people.len() == 1;
    let mut outcomes = Vec::new();
    for person in people {
        let input = RequestAccessInput {
            user_id: person.user_id,
            scope,
            message: message.map(str::to_owned),
        };
        let problem = match request_access(services, caller, None, input, client).await {
            Ok(_) => None,
            Err(Error::Api(error)) if !is_single && concerns_one(&error) => Some(error),
            Err(error) => return Err(error),
        };
        outcomes.push(RequestOutcome { person, problem });
    }
    Ok(outcomes)
}

/// Whether the error concerns only one member, so that the others may still be asked. If a rate limit is reached, each remaining member
/// gets the same error.
fn concerns_one(error: &ApiError) -> bool {
    matches!(
        error.code,
        ErrorCode::Conflict | ErrorCode::NotFound | ErrorCode::RateLimited
    ) || error.for_field("user_id").is_some()
}
