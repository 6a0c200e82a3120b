//! Undoes the dismissal of a message.

use crate::{
    Error, Services, interviews,
    jobapps::{
        self,
        queries::{find_application, list_stages},
    },
    mail::{
        matching::{Dismissal, DismissedApplication, FieldChange, MessageLink},
        queries::{
            candidates::{self, CandidateQuery, UpdatedApplicationRow},
            messages,
        },
    },
    platform::db::{StateChange, TenantTx},
};
use domain::{MailMessageId, changes::ChangeType, jobapps::state_machine::State, mail::MailDecision};

/// Restores the state of a message before it was dismissed: its decision, its application, and what it had changed there. If its
/// application does not exist any more, returns false and changes nothing. The caller must hold the lock on the mailboxes.
pub(super) async fn restore(
    services: &Services,
    tx: &mut TenantTx,
    message: MailMessageId,
    dismissal: Dismissal,
) -> Result<bool, Error> {
    if let Some(application) = dismissal.application
        && !restore_application(services, tx, application, &dismissal.changes.fields).await?
    {
        return Ok(false);
    }
    let link = MessageLink {
        message,
        application: dismissal.application.map(|application| application.id),
        decision: dismissal.decision,
        changes: Some(dismissal.changes),
    };
    if link.decision == MailDecision::Review {
        // `set_matched` records no change for a message in review.
        tx.record(ChangeType::MailDecided, message, None);
    }
    messages::set_matched(tx, &[link]).await?;
    interviews::update_from_messages(services, tx, &[message]).await?;
    Ok(true)
}

async fn restore_application(
    services: &Services,
    tx: &mut TenantTx,
    before: DismissedApplication,
    fields: &[FieldChange],
) -> Result<bool, Error> {
    let now = services.clock.now();
    if before.is_deleted {
        jobapps::restore_from_trash(tx, before.id, now).await?;
        return Ok(find_application(tx, before.id).await?.is_some());
    }
    let stages = list_stages(tx).await?;
    let query = CandidateQuery {
        ids: vec![before.id.0],
        keys: Vec::new(),
        requisitions: Vec::new(),
        apply_dates: Vec::new(),
    };
    candidates::lock_candidates(tx, &stages, &query).await?;
    let Some(application) = find_application(tx, before.id).await? else {
        return Ok(false);
    };
    let change = StateChange {
        from: State {
            stage: before.stage,
            outcome: before.outcome,
        },
        to: State {
            stage: application.application_status.id,
            outcome: application.outcome,
        },
    };
    // Keeps the state if it was changed since.
    if change.from != change.to {
        jobapps::retract_change(tx, before.id, application.updated_at, change, now).await?;
    }
    if let Some(mut candidate) = candidates::lock_candidates(tx, &stages, &query).await?.pop() {
        candidate.repeat_changes(fields);
        candidates::update_applications(tx, &[UpdatedApplicationRow::new(&candidate)], now).await?;
    }
    Ok(true)
}
