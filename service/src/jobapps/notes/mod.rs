//! Notes on applications.

mod queries;

use crate::{
    Error, Services,
    idempotency::{self, Attempt, Begun},
    tenants::{Caller, permit},
    text::nfc,
};
use domain::{
    jobapps::{AddNoteInput, JobappRef, Note, NoteRef, UpdateNoteInput, note_text},
    tenants::Action,
};

/// The notes of an application, newest first.
///
/// # Errors
/// `not_found` when there is no such application, it was deleted, or it is not the caller's.
pub async fn notes(services: &Services, caller: &Caller, input: JobappRef) -> Result<Vec<Note>, Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?)
        .await?;
    if !queries::exists(&mut tx, input.jobapp_id).await? {
        return Err(Error::not_found());
    }
    let notes = queries::notes(&mut tx, input.jobapp_id).await?;
    tx.commit().await?;
    Ok(notes)
}

/// Writes a note.
///
/// # Errors
/// `invalid` for an empty or overlong text; `not_found` as for [`notes`].
pub async fn add_note(services: &Services, caller: &Caller, input: AddNoteInput) -> Result<Note, Error> {
    add_note_once(services, caller, None, input).await
}

/// As [`add_note`], once for the key of the attempt.
///
/// # Errors
/// As [`add_note`], and those of the key.
pub async fn add_note_once(
    services: &Services,
    caller: &Caller,
    attempt: Option<&Attempt>,
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
    let mut tx = match idempotency::begin(services, grant, attempt).await? {
        Begun::Now(tx) => tx,
        Begun::Before(made) => return Ok(made),
    };
    let inserted = queries::insert_note(&mut tx, &note).await;
    let added = inserted.and_then(|there| if there { Ok(note) } else { Err(Error::not_found()) });
    tx.settle(added).await
}

/// Changes a note; its place among the others stays.
///
/// # Errors
/// `invalid` for an empty or overlong text; `not_found` when the note or its application is not there for the caller.
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
    let note = queries::update_note(&mut tx, input.jobapp_note_id, &description, now).await?;
    tx.commit().await?;
    note.ok_or_else(Error::not_found)
}

/// Removes a note for good.
///
/// # Errors
/// `not_found` when the note or its application is not there for the caller.
pub async fn delete_note(services: &Services, caller: &Caller, input: NoteRef) -> Result<(), Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    let deleted = queries::delete_note(&mut tx, input.jobapp_note_id).await?;
    tx.commit().await?;
    if deleted { Ok(()) } else { Err(Error::not_found()) }
}
