//! Members who no longer share their applications with the caller.

use super::queries::past_clients as queries;
use crate::{
    Error, Services,
    context::{Caller, permit},
};
use domain::{UserId, coaching::Person, tenants::Action};

/// This member, if the caller had access to their applications and no longer has it. Others are not found, so that no one learns
/// who is a member.
///
/// # Errors
/// `forbidden` when the role may not have clients.
pub async fn find_past_client(
    services: &Services,
    caller: &Caller,
    user: UserId,
) -> Result<Option<Person>, Error> {
    let mut tx = services.db.begin(permit(caller, Action::ReadClients)?).await?;
    let name = queries::find_name(&mut tx, user).await?;
    tx.commit().await?;
    Ok(name.map(|name| Person {
        user_id: user,
        name: Some(name),
    }))
}
