//! Undoes what a message changed.

use crate::{
    Error, Services,
    context::{Caller, permit},
    interviews,
    jobapps::{
        self,
        queries::{find_application, has_user_content, list_event_origins, list_stages},
    },
    mail::{
        matching::MessageLink,
        queries::{
            candidates::{self, CandidateQuery, UpdatedApplicationRow},
            inbox::{self, InboxRow},
            messages,
        },
    },
    platform::db::TenantTx,
};
use domain::{
    JobApplicationId,
    inbox::{DecidedMail, MailRef},
    mail::MailDecision,
    tenants::Action,
};

/// Undoes exactly what a message changed: the application it added, unless a user changed it or other messages belong to it;
/// the fields it filled in; the stage and outcome it set, unless they have changed since;
/// the interview that it arranged, moved or cancelled, unless the user has changed it. Again, it changes nothing.
///
/// # Errors
/// `not_found` if the caller has no such message; `forbidden` if the caller's role may not import email.
pub async fn undo_mail(services: &Services, caller: &Caller, input: MailRef) -> Result<DecidedMail, Error> {
    let mut tx = services.db.begin(permit(caller, Action::ImportMail)?).await?;
    candidates::lock_mailboxes(&mut tx).await?;
    let row = inbox::find(&mut tx, input.mail_id)
        .await?
        .ok_or_else(Error::not_found)?;
    let application = row.to_message()?.jobapp_id;
    let is_undoable = !matches!(
        row.to_message()?.decision,
        MailDecision::Undone | MailDecision::Review | MailDecision::Ignored
    ) || application.is_some();
    if is_undoable {
        undo(services, caller, &mut tx, &row, MailDecision::Undone).await?;
    }
    let mail = inbox::find(&mut tx, input.mail_id)
        .await?
        .ok_or_else(Error::not_found)?
        .to_message()?;
    let jobapp = match application {
        Some(id) => find_application(&mut tx, id).await?,
        None => None,
    };
    tx.commit().await?;
    Ok(DecidedMail { mail, jobapp })
}

/// Undoes a message in the caller's transaction, which holds the lock of the mailboxes.
pub(super) async fn undo(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    row: &InboxRow,
    decision: MailDecision,
) -> Result<(), Error> {
    let message = row.to_message()?;
    if let Some(id) = message.jobapp_id {
        undo_application(services, caller, tx, row, id).await?;
    }
    let link = MessageLink {
        message: message.id,
        application: None,
        decision,
        changes: None,
    };
    messages::set_matched(tx, &[link]).await?;
    interviews::update_from_messages(services, tx, &[message.id]).await
}

async fn undo_application(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    row: &InboxRow,
    id: JobApplicationId,
) -> Result<(), Error> {
    let now = services.clock.now();
    let message = row.to_message()?.id;
    let stages = list_stages(tx).await?;
    let query = CandidateQuery {
        ids: vec![id.0],
        keys: Vec::new(),
        requisitions: Vec::new(),
        apply_dates: Vec::new(),
    };
    let Some(mut candidate) = candidates::lock_candidates(tx, &stages, &query).await?.pop() else {
        return Ok(());
    };
    if candidate.is_deleted {
        return Ok(());
    }
    let events = list_event_origins(tx, id).await?;
    let has_created = events.iter().any(|e| e.is_creation && e.mail == Some(message.0));
    let is_untouched = has_created
        && candidate.user_edited_fields.is_empty()
        && !events.iter().any(|e| e.is_by_user && e.mail != Some(message.0))
        && !messages::has_others(tx, id, &[message]).await?
        && !has_user_content(tx, id).await?;
    if is_untouched {
        return jobapps::move_to_trash(tx, id, now).await;
    }
    candidate.restore_fields(&row.changes().fields);
    candidates::update_applications(tx, &[UpdatedApplicationRow::new(&candidate)], now).await?;
    jobapps::undo_messages(services, caller, tx, id, &[message]).await?;
    Ok(())
}
