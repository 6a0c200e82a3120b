//! Undoes the changes of a message.

use super::restore::restore;
use crate::{
    Error, Services,
    context::{Caller, permit},
    interviews,
    jobapps::{
        self,
        queries::{find_application, has_user_content, list_event_origins, list_stages},
    },
    mail::{
        matching::{Dismissal, DismissedApplication, MessageChanges, MessageLink, Reading},
        queries::{
            candidates::{self, CandidateQuery, UpdatedApplicationRow},
            inbox::{self, Correction, InboxRow},
            messages,
        },
    },
    platform::db::TenantTx,
};
use domain::{
    JobApplicationId,
    changes::ChangeType,
    inbox::{DecidedMail, MailRef},
    mail::MailDecision,
    tenants::Action,
};

/// Undoes exactly the changes of a message: the application it created, unless a user changed it or other messages belong to it;
/// the fields it filled in; the stage and outcome it set, unless they have changed since; the interview it arranged, moved or
/// cancelled, unless the user has changed it. Repeating it changes nothing.
///
/// A message that was in review is in review again. For a dismissed message, this undoes the dismissal and restores the state
/// before it.
///
/// # Errors
/// `not_found` if the caller has no such message; `forbidden` if the caller's role may not import email.
pub async fn undo_mail(services: &Services, caller: &Caller, input: MailRef) -> Result<DecidedMail, Error> {
    let mut tx = services.db.begin(permit(caller, Action::ImportMail)?).await?;
    candidates::lock_mailboxes(&mut tx).await?;
    let row = inbox::find(&mut tx, input.mail_id)
        .await?
        .ok_or_else(Error::not_found)?;
    let message = row.to_message()?;
    let dismissal = row.changes().dismissed;
    let is_undoable = !matches!(
        message.decision,
        MailDecision::Undone | MailDecision::Review | MailDecision::Ignored
    ) || message.jobapp_id.is_some();
    let is_restored = match dismissal {
        Some(dismissal) => restore(services, &mut tx, message.id, *dismissal).await?,
        None => false,
    };
    if is_undoable && !is_restored {
        match row.changes().asked {
            Some(asked) => ask_again(services, caller, &mut tx, &row, &asked).await?,
            None => undo(services, caller, &mut tx, &row, MailDecision::Undone).await?,
        }
    }
    let mail = inbox::find(&mut tx, input.mail_id)
        .await?
        .ok_or_else(Error::not_found)?
        .to_message()?;
    let jobapp = match message.jobapp_id.or(mail.jobapp_id) {
        Some(id) => find_application(&mut tx, id).await?,
        None => None,
    };
    tx.commit().await?;
    Ok(DecidedMail { mail, jobapp })
}

/// Undoes the decision about a message that was in review. It is in review again, with its original reading.
async fn ask_again(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    row: &InboxRow,
    asked: &Reading,
) -> Result<(), Error> {
    let id = row.to_message()?.id;
    let reading = Correction {
        kind: asked.kind,
        company: asked.company.as_deref(),
        job_title: asked.job_title.as_deref(),
    };
    inbox::correct(tx, id, &reading).await?;
    undo(services, caller, tx, row, MailDecision::Review).await?;
    // `set_matched` records no change for a message in review.
    tx.record(ChangeType::MailDecided, id, None);
    Ok(())
}

/// Undoes the changes of a message in the caller's transaction, which must hold the lock on the mailboxes.
pub(super) async fn undo(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    row: &InboxRow,
    decision: MailDecision,
) -> Result<(), Error> {
    let message = row.to_message()?;
    let application = match message.jobapp_id {
        Some(id) => undo_application(services, caller, tx, row, id, decision).await?,
        None => None,
    };
    let dismissal = (decision == MailDecision::Dismissed).then(|| Dismissal {
        decision: message.decision,
        changes: row.changes(),
        application,
    });
    let link = MessageLink {
        message: message.id,
        application: None,
        decision,
        changes: dismissal.map(|dismissal| MessageChanges {
            dismissed: Some(Box::new(dismissal)),
            ..MessageChanges::default()
        }),
    };
    messages::set_matched(tx, &[link]).await?;
    interviews::update_from_messages(services, tx, &[message.id]).await
}

/// Returns the application from before the undo, unless it is deleted.
async fn undo_application(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    row: &InboxRow,
    id: JobApplicationId,
    decision: MailDecision,
) -> Result<Option<DismissedApplication>, Error> {
    let now = services.clock.now();
    let message = row.to_message()?.id;
    let stages = list_stages(tx).await?;
    let query = CandidateQuery {
        ids: vec![id.0],
        keys: Vec::new(),
        requisitions: Vec::new(),
        apply_dates: Vec::new(),
    };
    let candidate = candidates::lock_candidates(tx, &stages, &query).await?.pop();
    let Some(mut candidate) = candidate.filter(|candidate| !candidate.is_deleted) else {
        return Ok(None);
    };
    let events = list_event_origins(tx, id).await?;
    let has_created = events.iter().any(|e| e.is_creation && e.mail == Some(message.0));
    let is_untouched = has_created
        && candidate.user_edited_fields.is_empty()
        && !events.iter().any(|e| e.is_by_user && e.mail != Some(message.0))
        && !messages::has_others(tx, id, &[message]).await?
        && !has_user_content(tx, id).await?;
    let before = DismissedApplication {
        id,
        stage: candidate.state.stage,
        outcome: candidate.state.outcome,
        is_deleted: is_untouched,
    };
    if is_untouched {
        jobapps::move_to_trash(tx, id, now).await?;
        return Ok(Some(before));
    }
    candidate.restore_fields(&row.changes().fields);
    candidates::update_applications(tx, &[UpdatedApplicationRow::new(&candidate)], now).await?;
    // An event removed by a dismissal could not be restored when the dismissal is undone.
    let may_retract = decision != MailDecision::Dismissed;
    jobapps::undo_messages(services, caller, tx, id, &[message], may_retract).await?;
    Ok(Some(before))
}
