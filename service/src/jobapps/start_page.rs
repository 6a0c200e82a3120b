//! The start page of a user in a workspace.

use super::queries;
use crate::{
    Error, Services, auth,
    context::{Caller, permit},
};
use domain::{
    UserId,
    routes::{Route, SettingsSection, WorkspacePage},
    tenants::{Action, Tenant},
};

/// The first page of a workspace: the board for users with applications of their own and for members; otherwise the clients for
/// coaches, and the members for owners and admins.
///
/// # Errors
/// `not_found` if the user is not a member of the workspace.
pub async fn start_page(services: &Services, user: UserId, tenant: &Tenant) -> Result<Route, Error> {
    let slug = tenant.slug.clone();
    let is_empty = tenant.may_have_clients() && {
        let caller = auth::caller_for_job(services, user, tenant.id).await?;
        !has_applications(services, &caller).await?
    };
    Ok(if !is_empty {
        Route::Workspace(slug, WorkspacePage::Board)
    } else if tenant.is_for_coaching() {
        Route::Workspace(slug, WorkspacePage::Clients)
    } else {
        Route::Settings(slug, SettingsSection::Members)
    })
}

/// Whether the caller has applications in the workspace, without the trash.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn has_applications(services: &Services, caller: &Caller) -> Result<bool, Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?)
        .await?;
    let found = queries::has_any_application(&mut tx).await?;
    tx.commit().await?;
    Ok(found)
}
