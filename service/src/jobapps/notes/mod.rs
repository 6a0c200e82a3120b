//! Notes on applications.

mod list;
mod queries;

pub use list::list_all_notes;
pub(crate) use queries::list_by_ids;
pub(super) use queries::{NewNote, insert_notes};

use super::limits;
use crate::{
    Error, Services,
    coaching::{begin_read, has_application},
    context::{Caller, permit},
    idempotency::{self, IdempotentRequest},
    platform::{
        db::{CountedObject, TenantTx},
        normalize::nfc,
    },
};
use domain::{
    jobapps::{AddNoteInput, ApplicationQuery, Note, NoteRef, UpdateNoteInput, note_text},
    tenants::Action,
};

/// The notes of an application, newest first.
///
/// # Errors
/// `not_found` if the application does not exist, is deleted, or is not visible to the caller.
pub async fn list_notes(
    services: &Services,
    caller: &Caller,
    application: impl Into<ApplicationQuery>,
) -> Result<Vec<Note>, Error> {
    let ApplicationQuery { jobapp_id, owner_id } = application.into();
    let action = Action::ReadApplications;
    let mut tx = begin_read(services, caller, action, owner_id, Some(jobapp_id)).await?;
    if !has_application(&mut tx, None, jobapp_id).await? {
        return Err(Error::not_found());
    }
    let notes = queries::list_notes(&mut tx, jobapp_id).await?;
    tx.commit().await?;
    Ok(notes)
}

/// Adds a note. With an idempotency key, a repeated request returns the stored response.
///
/// # Errors
/// `invalid` for an empty or too long text; `not_found` as for [`list_notes`]; `conflict` if the application or the user has the
/// maximum number or size of notes; errors of the idempotency key.
pub async fn add_note(
    services: &Services,
    caller: &Caller,
    request: Option<&IdempotentRequest>,
    input: AddNoteInput,
) -> Result<Note, Error> {
    let description = note_text(&nfc(&input.description))?;
    let note = Note {
        id: services.id(),
        jobapp_id: input.jobapp_id,
        description,
        created_at: services.clock.now(),
        updated_at: None,
    };
    let grant = permit(caller, Action::WriteApplications)?;
    let add = async |tx: &mut TenantTx| insert(services, tx, note).await;
    idempotency::run(services, grant, request, add).await
}

async fn insert(services: &Services, tx: &mut TenantTx, note: Note) -> Result<Note, Error> {
    tx.lock_objects(CountedObject::Notes).await?;
    if !queries::insert_note(tx, &note).await? {
        return Err(Error::not_found());
    }
    limits::check_notes(services, tx, note.jobapp_id).await?;
    Ok(note)
}

/// Changes the text of a note. The order of the notes does not change.
///
/// # Errors
/// `invalid` for an empty or too long text; `not_found` if the note or its application is not visible to the caller; `conflict`
/// as for [`add_note`].
pub async fn update_note(
    services: &Services,
    caller: &Caller,
    input: UpdateNoteInput,
) -> Result<Note, Error> {
    let description = note_text(&nfc(&input.description))?;
    let now = services.clock.now();
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    tx.lock_objects(CountedObject::Notes).await?;
    let note = queries::update_note(&mut tx, input.jobapp_note_id, &description, now)
        .await?
        .ok_or_else(Error::not_found)?;
    limits::check_notes(services, &mut tx, note.jobapp_id).await?;
    tx.commit().await?;
    Ok(note)
}

/// Permanently deletes a note.
///
/// # Errors
/// `not_found` if the note or its application is not visible to the caller.
pub async fn delete_note(services: &Services, caller: &Caller, input: NoteRef) -> Result<(), Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    let deleted = queries::delete_note(&mut tx, input.jobapp_note_id).await?;
    tx.commit().await?;
    if deleted { Ok(()) } else { Err(Error::not_found()) }
}
