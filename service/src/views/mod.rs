//! Saved views of users.

mod queries;

use crate::{
    Error, Services,
    context::{Caller, permit},
    idempotency::{self, IdempotentRequest},
    platform::{
        db::{CountedObject, TenantTx},
        normalize::nfc,
        storage_limits::{LimitScope, count, limit_error},
    },
};
use domain::{
    tenants::Action,
    views::{AddViewInput, ListViewsInput, UpdateViewInput, View, ViewRef},
};

/// The caller's views by name.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn list(services: &Services, caller: &Caller, input: ListViewsInput) -> Result<Vec<View>, Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?)
        .await?;
    let views = queries::list(&mut tx, input.page).await?;
    tx.commit().await?;
    Ok(views)
}

/// Saves a view. With an idempotency key, a repeated request returns the stored response.
///
/// # Errors
/// `invalid` with every invalid field; `conflict` if the user has the maximum number of views; errors of the idempotency key.
pub async fn add(
    services: &Services,
    caller: &Caller,
    request: Option<&IdempotentRequest>,
    mut input: AddViewInput,
) -> Result<View, Error> {
    input.name = nfc(&input.name);
    let input = input.parse()?;
    let now = services.clock.now();
    let view = View {
        id: services.id(),
        name: input.name,
        page: input.page,
        query: input.query,
        created_at: now,
        updated_at: now,
    };
    let grant = permit(caller, Action::WriteApplications)?;
    let add = async |tx: &mut TenantTx| insert(services, tx, view).await;
    idempotency::run(services, grant, request, add).await
}

async fn insert(services: &Services, tx: &mut TenantTx, view: View) -> Result<View, Error> {
    tx.lock_objects(CountedObject::Views).await?;
    let max = services.storage_limits.max_views;
    if queries::count(tx).await? >= max {
        let limit = count(max, "saved views");
        return Err(limit_error(LimitScope::User, &limit, "Delete one first."));
    }
    queries::insert(tx, &view).await?;
    Ok(view)
}

/// Changes name and query of a view.
///
/// # Errors
/// `invalid` with every invalid field; `not_found` if the view is not the caller's.
pub async fn update(services: &Services, caller: &Caller, mut input: UpdateViewInput) -> Result<View, Error> {
    input.name = input.name.as_deref().map(nfc);
    let input = input.parse()?;
    let now = services.clock.now();
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    let view = queries::update(&mut tx, &input, now)
        .await?
        .ok_or_else(Error::not_found)?;
    tx.commit().await?;
    Ok(view)
}

/// Deletes a view.
///
/// # Errors
/// `not_found` if the view is not the caller's.
pub async fn delete(services: &Services, caller: &Caller, input: ViewRef) -> Result<(), Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    if !queries::delete(&mut tx, input.view_id).await? {
        return Err(Error::not_found());
    }
    tx.commit().await
}
