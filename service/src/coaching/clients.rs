//! The client list.

use super::queries;
use crate::{
    Error, Services,
    context::{Caller, permit},
};
use domain::{UserId, coaching::Client, tenants::Action};

/// The largest number of clients of a list.
const MAX_CLIENTS: i64 = 1_000;

/// The members who have granted the caller access, by name.
///
/// # Errors
/// `forbidden` when the role may not have clients.
pub async fn list_clients(services: &Services, caller: &Caller) -> Result<Vec<Client>, Error> {
    let mut tx = services.db.begin(permit(caller, Action::ReadClients)?).await?;
    let clients = queries::clients::list(&mut tx, None, services.clock.now(), MAX_CLIENTS).await?;
    tx.commit().await?;
    Ok(clients)
}

/// One of [`list_clients`].
///
/// # Errors
/// `forbidden` when the role may not have clients; `not_found` when the user has not granted the caller access.
pub async fn find_client(services: &Services, caller: &Caller, user: UserId) -> Result<Client, Error> {
    let mut tx = services.db.begin(permit(caller, Action::ReadClients)?).await?;
    let clients = queries::clients::list(&mut tx, Some(user), services.clock.now(), 1).await?;
    tx.commit().await?;
    clients.into_iter().next().ok_or_else(Error::not_found)
}
