//! The notes of all applications of the caller.

use super::queries;
use crate::{
    Error, Services,
    context::{Caller, permit},
    platform::cursor,
};
use domain::{
    jobapps::{ListNotesInput, Note},
    pagination::{self, Page},
    tenants::Action,
};
use uuid::Uuid;

/// The notes of the caller by the time of their last change, the oldest first. A note that changes between two requests is listed
/// again on a later page.
///
/// # Errors
/// `invalid` for a wrong time or limit, or a cursor created for another time.
pub async fn list_all_notes(
    services: &Services,
    caller: &Caller,
    input: ListNotesInput,
) -> Result<Page<Note>, Error> {
    let limit = pagination::limit(input.limit)?;
    let since = input.parse()?;
    let grant = permit(caller, Action::ReadApplications)?;
    let scope = format!("notes of {} in {} since {since:?}", grant.user(), grant.tenant());
    let after = cursor::decode_optional(&services.keys, scope.as_bytes(), input.cursor.as_deref())?;
    let after = after.or(since.map(|since| (since, Uuid::nil())));
    let mut tx = services.db.begin(grant).await?;
    let mut data = queries::list_all(&mut tx, after, i64::from(limit) + 1).await?;
    tx.commit().await?;
    let pagination = cursor::paginate(&services.keys, scope.as_bytes(), &mut data, limit, |last| {
        (last.updated_at.unwrap_or(last.created_at), last.id)
    });
    Ok(Page { data, pagination })
}
