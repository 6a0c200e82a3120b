//! Linking contacts to applications.

use super::{check_limits, queries};
use crate::{
    Error, Services,
    coaching::has_application,
    context::{Caller, permit},
    platform::db::CountedObject,
};
use domain::{
    contacts::{Contact, ContactLinkInput},
    tenants::Action,
};

/// Links a contact to an application. Has no effect if it is already linked.
///
/// # Errors
/// `not_found` if the contact or the application is not visible to the caller; `conflict` if the application has the maximum
/// number of contacts.
pub async fn link(services: &Services, caller: &Caller, input: ContactLinkInput) -> Result<Contact, Error> {
    change(services, caller, input, true).await
}

/// Removes a contact from an application. Has no effect if it is not linked.
///
/// # Errors
/// `not_found` if the contact or the application is not visible to the caller.
pub async fn unlink(services: &Services, caller: &Caller, input: ContactLinkInput) -> Result<Contact, Error> {
    change(services, caller, input, false).await
}

async fn change(
    services: &Services,
    caller: &Caller,
    input: ContactLinkInput,
    is_linked: bool,
) -> Result<Contact, Error> {
    let ContactLinkInput {
        contact_id,
        jobapp_id,
    } = input;
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    tx.lock_objects(CountedObject::Contacts).await?;
    if !has_application(&mut tx, None, jobapp_id).await?
        || queries::lock(&mut tx, contact_id).await?.is_none()
    {
        return Err(Error::not_found());
    }
    if is_linked {
        let now = services.clock.now();
        queries::insert_link(&mut tx, services.id(), jobapp_id, contact_id, now).await?;
        check_limits(services, &mut tx, Some(jobapp_id)).await?;
    } else {
        queries::delete_link(&mut tx, jobapp_id, contact_id).await?;
    }
    let contact = queries::lock(&mut tx, contact_id).await?;
    tx.commit().await?;
    contact.ok_or_else(Error::not_found)
}
