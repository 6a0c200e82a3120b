//! Creating an account from an invitation.

use super::accept::accept_invitation;
use crate::{
    Error, Services,
    auth::{self, Channel, SignIn},
    context::ClientInfo,
    platform::rng,
};
use domain::{auth::RegisterInput, tenants::InvitationToken};

/// Creates an account in the browser for a person who followed the link of an invitation. If it was sent to the address of the account,
/// the address is confirmed and the user becomes a member. Otherwise, and if the organization has no room for another member, only the
/// account is created, and the user is signed in to the personal workspace.
///
/// # Errors
/// The errors of a registration without an invitation. The invitation adds no errors, so it reveals nothing about accounts.
pub async fn register_invited(
    services: &Services,
    input: RegisterInput,
    invitation: &InvitationToken,
    client: &ClientInfo,
) -> Result<SignIn, Error> {
    let hash = rng::sha256(invitation.token.as_bytes());
    let registered = auth::register_invited(services, input, &hash, client, Channel::Web).await?;
    if !registered.user.email_verified {
        return Ok(registered);
    }
    let user = registered.user.id;
    match accept_invitation(services, user, invitation, client, Channel::Web).await {
        Ok(joined) => Ok(joined),
        // On the page of the invitation, the user can try again, and sees why it fails.
        Err(error) => {
            tracing::info!(%error, user.id = %user, "invitation not accepted after registration");
            Ok(registered)
        }
    }
}
