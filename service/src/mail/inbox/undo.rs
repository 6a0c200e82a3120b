//! Undoes what a message changed.

use crate::{
    Error, Services,
    context::{Caller, permit},
    jobapps::{
        self,
        queries::{
            EventOrigin, EventRow, find_application, has_notes, insert_events, list_event_origins,
            list_stages,
        },
    },
    mail::{
        matching::{Candidate, MessageLink},
        queries::{
            candidates::{self, CandidateQuery, UpdatedApplicationRow},
            inbox::{self, InboxRow},
            messages,
        },
    },
    platform::db::TenantTx,
};
use chrono::{DateTime, Utc};
use domain::{
    JobApplicationId,
    inbox::{DecidedMail, MailRef},
    jobapps::{
        Outcome, Stage,
        state_machine::{Command, State, transition},
    },
    mail::MailDecision,
    tenants::Action,
};

/// Undoes exactly what a message changed: the application it added, unless a user changed it or other messages belong to it;
/// the fields it filled in; the stage and outcome it set, unless they have changed since. Again, it changes nothing.
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
    messages::set_matched(tx, &[link]).await
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
        && inbox::count_others(tx, id, message).await? == 0
        && !has_notes(tx, id).await?;
    if is_untouched {
        return jobapps::move_to_trash(tx, id, now).await;
    }
    candidate.restore_fields(&row.changes().fields);
    let state = state_without(&events, message.0).unwrap_or(candidate.state);
    let event = restore_state(&mut candidate, &stages, state, now);
    candidates::update_applications(tx, &[UpdatedApplicationRow::new(&candidate)], now).await?;
    if let Some(event) = event {
        let row = EventRow {
            id: services.id(),
            application_id: id,
            from_stage_id: event.from,
            to_stage_id: event.to.stage,
            outcome: event.to.outcome,
            occurred_at: event.occurred_at,
            recorded_at: now,
            cause: caller.via,
            actor_id: Some(caller.user.id),
            mail_id: None,
        };
        insert_events(tx, &[row]).await?;
    }
    Ok(())
}

/// The state that the events lead to without those of a message. The creation counts, whoever caused it.
fn state_without(events: &[EventOrigin], message: uuid::Uuid) -> Option<State> {
    let last = events
        .iter()
        .rfind(|e| e.is_creation || e.mail != Some(message))?;
    Some(State {
        stage: last.to_stage,
        outcome: last.outcome.as_deref().and_then(Outcome::parse),
    })
}

fn restore_state(
    candidate: &mut Candidate,
    stages: &[Stage],
    state: State,
    now: DateTime<Utc>,
) -> Option<domain::jobapps::state_machine::Event> {
    let command = Command {
        stage: stages.iter().any(|s| s.id == state.stage).then_some(state.stage),
        outcome: Some(state.outcome),
    };
    let event = transition(candidate.state, command, now.max(candidate.stage_changed_at))?;
    candidate.state = event.to;
    candidate.stage_changed_at = event.occurred_at;
    Some(event)
}
