//! Reading the applications of clients.

use super::queries;
use crate::{
    Error, Services,
    context::{Caller, permit},
    platform::db::TenantTx,
};
use domain::{JobApplicationId, UserId, tenants::Action};

/// Begins a transaction that reads rows of the caller or, with another `owner`, rows of a client. The view is recorded in
/// the client's access log, in the same transaction.
///
/// # Errors
/// `forbidden` when the role does not allow the action; `not_found` when the owner has not granted the caller access.
pub(crate) async fn begin_read(
    services: &Services,
    caller: &Caller,
    action: Action,
    owner: Option<UserId>,
    application: Option<JobApplicationId>,
) -> Result<TenantTx, Error> {
    let grant = permit(caller, action)?;
    let Some(owner) = owner.filter(|owner| *owner != caller.user.id) else {
        return services.db.begin(grant.to_read()).await;
    };
    let mut tx = services.db.begin(grant.to_view(owner)).await?;
    let (id, now) = (services.id(), services.clock.now());
    if !queries::access_log::record_view(&mut tx, id, application, now).await? {
        return Err(Error::not_found());
    }
    Ok(tx)
}
