//! Devices from which a user has signed in before.

use super::queries;
use crate::{
    Error, Services,
    email::{self, EmailTemplate, Recipient},
    platform::db::GlobalTx,
};
use domain::{
    UserId,
    users::{User, device_name},
};

/// Stores the device without notifying the user, as at registration.
pub(crate) async fn remember_device(
    services: &Services,
    tx: &mut GlobalTx,
    user: UserId,
    user_agent: Option<&str>,
) -> Result<(), Error> {
    queries::remember_device(tx, user, &device_name(user_agent), services.clock.now()).await?;
    Ok(())
}

/// Stores the device and, if other devices are known but not this one, enqueues an email to the user. Wake the workers after
/// the commit.
pub(crate) async fn notify_if_new_device(
    services: &Services,
    tx: &mut GlobalTx,
    user: &User,
    user_agent: Option<&str>,
) -> Result<(), Error> {
    let device = device_name(user_agent);
    let known = queries::remember_device(tx, user.id, &device, services.clock.now()).await?;
    if known.others && !known.this {
        let recipient = Recipient::User(user.id, &user.email);
        email::enqueue(services, tx, EmailTemplate::NewSignIn, recipient, Some(&device)).await?;
    }
    Ok(())
}
