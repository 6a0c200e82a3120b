//! Undoing a merge.

use super::{
    find,
    queries::{self, LockedRow},
    set_group_state,
};
use crate::{
    Error, Services, contacts,
    context::{Caller, permit},
    interviews,
    jobapps::{postings, queries as applications},
    platform::db::{CountedObject, TenantTx},
    tasks,
};
use domain::{
    ErrorCode, JobApplicationId, MailMessageId, MergeId,
    changes::ChangeType,
    jobapps::{SeparatedApplications, UndoMergeInput},
    tenants::Action,
};

/// Separates two merged applications: notes, contacts, interviews, tasks, files, posting, messages and state are restored to the
/// time before the merge. Later changes stay with the first application. Undoing the merge again changes nothing.
///
/// # Errors
/// `not_found` if the caller has no such merge, or one of the applications is deleted; `conflict` if the first was merged into a
/// third application since.
pub async fn undo_merge(
    services: &Services,
    caller: &Caller,
    input: UndoMergeInput,
) -> Result<SeparatedApplications, Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    tx.lock_objects(CountedObject::Applications).await?;
    let separated = separate(services, &mut tx, input.merge_id).await?;
    tx.commit().await?;
    Ok(separated)
}

/// Undoes the merge that moved exactly these messages to the application, in the caller's transaction, which holds the lock of the
/// applications. `None` if there is no such merge.
pub(crate) async fn undo_merge_of_messages(
    services: &Services,
    tx: &mut TenantTx,
    application: JobApplicationId,
    messages: &[MailMessageId],
) -> Result<Option<SeparatedApplications>, Error> {
    match queries::find_merge_of_messages(tx, application, messages).await? {
        Some(merge) => separate(services, tx, merge).await.map(Some),
        None => Ok(None),
    }
}

async fn separate(
    services: &Services,
    tx: &mut TenantTx,
    merge: MergeId,
) -> Result<SeparatedApplications, Error> {
    let now = services.clock.now();
    let merge = queries::find_merge(tx, merge)
        .await?
        .ok_or_else(Error::not_found)?;
    let (first, other) = (merge.row.application_id, merge.row.other_id);
    let rows = queries::lock(tx, &[first, other]).await?;
    if !merge.is_undone {
        let first_row = rows
            .iter()
            .find(|row| row.id == first)
            .ok_or_else(Error::not_found)?;
        if LockedRow::is_part(first_row) {
            return Err(Error::api(
                ErrorCode::Conflict,
                "This application was merged into another one since. Undo that merge first.",
            ));
        }
        if first_row.is_deleted {
            return Err(Error::not_found());
        }
        applications::record_contacts(tx, &[first]).await?;
        queries::set_part(tx, other, None, now).await?;
        tx.record(ChangeType::JobappSplit, other, Some(first));
        // Leaves out objects that were moved elsewhere since.
        let row = &merge.row;
        queries::move_parts(tx, first, other, Some(&row.part_ids)).await?;
        queries::move_notes(tx, first, other, Some(&row.note_ids)).await?;
        queries::move_messages(tx, first, other, Some(&row.mail_ids)).await?;
        interviews::move_to(tx, first, other, Some(&row.interview_ids)).await?;
        tasks::move_to(tx, first, other, Some(&row.task_ids)).await?;
        contacts::move_links(tx, first, other, Some(&row.contact_link_ids)).await?;
        postings::move_to(tx, first, other, Some(&row.posting_ids)).await?;
        queries::move_files(tx, first, other, Some(&row.file_ids)).await?;
        let mails: Vec<MailMessageId> = merge.row.mail_ids.iter().copied().map(Into::into).collect();
        interviews::update_from_messages(services, tx, &mails).await?;
        queries::set_undone(tx, merge.row.id, now).await?;
        set_group_state(tx, first, now).await?;
    }
    Ok(SeparatedApplications {
        jobapp: find(tx, first, now).await?,
        other: find(tx, other, now).await?,
    })
}
