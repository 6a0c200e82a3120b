//! The client list.

use super::queries::clients::{self as queries, ListedClient};
use crate::{
    Error, Services,
    context::{Caller, permit},
    organizations,
    platform::cursor::OptionalPage,
};
use domain::{
    UserId,
    coaching::{Client, ClientList, ListClientsInput},
    pagination::MAX_UNPAGED,
    tenants::{Action, ListMembersInput},
};

/// The members who have granted the caller access, by name. At most [`MAX_UNPAGED`] without `limit` and `cursor`, otherwise a page.
///
/// # Errors
/// `forbidden` when the role may not have clients; `invalid` for an invalid search, limit or cursor.
pub async fn list_clients(
    services: &Services,
    caller: &Caller,
    input: ListClientsInput,
) -> Result<ClientList, Error> {
    let input = input.parse()?;
    let grant = permit(caller, Action::ReadClients)?;
    let q = input.q.filter(|q| !q.is_empty());
    let scope = format!(
        "clients of {} in {} {}",
        grant.user(),
        grant.tenant(),
        q.as_deref().unwrap_or_default()
    );
    let page = OptionalPage::new(&services.keys, scope, input.limit, input.cursor.as_deref())?;
    let matching = match q {
        Some(q) => Some(search(services, caller, q).await?),
        None => None,
    };
    let rows = page.rows().unwrap_or(MAX_UNPAGED);
    let mut tx = services.db.begin(grant).await?;
    let total = queries::count(&mut tx, matching.as_deref()).await?;
    let after = page.after.clone();
    let mut found = queries::list(&mut tx, matching.as_deref(), after, services.clock.now(), rows).await?;
    tx.commit().await?;
    let pagination = page.paginate(&mut found, |last| last.position.clone());
    Ok(ClientList {
        data: found.into_iter().map(|found| found.client).collect(),
        pagination,
        total,
    })
}

/// The matching members, including the clients. A search by address finds no more members than the list of members shows.
async fn search(services: &Services, caller: &Caller, q: String) -> Result<Vec<UserId>, Error> {
    let input = ListMembersInput {
        q: Some(q),
        ..ListMembersInput::default()
    };
    let found = organizations::list_members(services, caller, input).await?;
    Ok(found.data.into_iter().map(|member| member.user_id).collect())
}

/// One client, as in [`list_clients`].
///
/// # Errors
/// `forbidden` when the role may not have clients; `not_found` when the user has not granted the caller access.
pub async fn find_client(services: &Services, caller: &Caller, user: UserId) -> Result<Client, Error> {
    let mut tx = services.db.begin(permit(caller, Action::ReadClients)?).await?;
    let found = queries::list(&mut tx, Some(&[user]), None, services.clock.now(), 1).await?;
    tx.commit().await?;
    let client = found.into_iter().next().map(|ListedClient { client, .. }| client);
    client.ok_or_else(Error::not_found)
}
