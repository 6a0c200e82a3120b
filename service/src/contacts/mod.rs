//! Contacts of users, and their links to applications.

mod links;
mod queries;

pub(crate) use queries::{
    insert as insert_contact, insert_link, list_by_ids, list_choices, list_of_application, move_links,
};

use crate::{
    Error, Services,
    coaching::has_application,
    context::{Caller, permit},
    idempotency::{self, IdempotentRequest},
    platform::{
        db::{CountedObject, TenantTx},
        normalize::nfc,
        storage_limits::{LimitScope, count, limit_error},
    },
};
use domain::{
    ContactId, JobApplicationId,
    contacts::{AddContactInput, Contact, ContactRef, ListContactsInput, UpdateContactInput},
    tenants::Action,
};
pub use links::{link, unlink};

/// A contact that an application can be linked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactChoice {
    /// Id of the contact.
    pub id: ContactId,
    /// The name.
    pub name: String,
    /// The employer.
    pub company: Option<String>,
}

/// The caller's contacts by name.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn list(
    services: &Services,
    caller: &Caller,
    input: ListContactsInput,
) -> Result<Vec<Contact>, Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?)
        .await?;
    let contacts = queries::list(&mut tx, input.jobapp_id).await?;
    tx.commit().await?;
    Ok(contacts)
}

/// Adds a contact and links it to an application, if one is given. With an idempotency key, a repeated request returns the stored
/// response.
///
/// # Errors
/// `invalid` with every invalid field; `not_found` if the application is not visible to the caller; `conflict` if the application
/// or the user has the maximum number of contacts; errors of the idempotency key.
pub async fn add(
    services: &Services,
    caller: &Caller,
    request: Option<&IdempotentRequest>,
    mut input: AddContactInput,
) -> Result<Contact, Error> {
    input.name = nfc(&input.name);
    for text in [
        &mut input.phone,
        &mut input.role,
        &mut input.company,
        &mut input.notes,
    ] {
        *text = text.as_deref().map(nfc);
    }
    let draft = input.parse()?;
    let now = services.clock.now();
    let contact = Contact {
        id: services.id(),
        name: draft.name,
        email: draft.email,
        phone: draft.phone,
        role: draft.role,
        company: draft.company,
        url: draft.url,
        notes: draft.notes,
        jobapp_ids: draft.jobapp_id.into_iter().collect(),
        created_at: now,
        updated_at: now,
    };
    let grant = permit(caller, Action::WriteApplications)?;
    let add = async |tx: &mut TenantTx| insert(services, tx, contact).await;
    idempotency::run(services, grant, request, add).await
}

async fn insert(services: &Services, tx: &mut TenantTx, contact: Contact) -> Result<Contact, Error> {
    tx.lock_objects(CountedObject::Contacts).await?;
    let application = contact.jobapp_ids.first().copied();
    if let Some(id) = application
        && !has_application(tx, None, id).await?
    {
        return Err(Error::not_found());
    }
    queries::insert(tx, &contact).await?;
    if let Some(id) = application {
        queries::insert_link(tx, services.id(), id, contact.id, contact.created_at).await?;
    }
    check_limits(services, tx, application).await?;
    Ok(contact)
}

async fn check_limits(
    services: &Services,
    tx: &mut TenantTx,
    application: Option<JobApplicationId>,
) -> Result<(), Error> {
    let limits = services.storage_limits;
    let (of_application, of_user) = queries::count(tx, application).await?;
    let (scope, max, advice) = if of_application > limits.max_contacts_per_application {
        let max = limits.max_contacts_per_application;
        (LimitScope::Application, max, "Unlink one first.")
    } else if of_user > limits.max_contacts {
        (LimitScope::User, limits.max_contacts, "Delete one first.")
    } else {
        return Ok(());
    };
    Err(limit_error(scope, &count(max, "contacts"), advice))
}

/// Changes a contact.
///
/// # Errors
/// `invalid` with every invalid field; `not_found` if the contact is not visible to the caller.
pub async fn update(
    services: &Services,
    caller: &Caller,
    mut input: UpdateContactInput,
) -> Result<Contact, Error> {
    input.name = input.name.as_deref().map(nfc);
    for text in [
        &mut input.phone,
        &mut input.role,
        &mut input.company,
        &mut input.notes,
    ] {
        *text = text.take().map(|text| text.as_deref().map(nfc));
    }
    let update = input.parse()?;
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    let mut contact = queries::lock(&mut tx, update.contact_id)
        .await?
        .ok_or_else(Error::not_found)?;
    if update.apply(&mut contact, services.clock.now()) {
        queries::update(&mut tx, &contact).await?;
    }
    tx.commit().await?;
    Ok(contact)
}

/// Permanently deletes a contact, also from its applications.
///
/// # Errors
/// `not_found` if the contact is not visible to the caller.
pub async fn delete(services: &Services, caller: &Caller, input: ContactRef) -> Result<(), Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    if !queries::delete(&mut tx, input.contact_id).await? {
        return Err(Error::not_found());
    }
    tx.commit().await
}
