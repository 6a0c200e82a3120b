//! The background job that deletes the data of a disconnected mailbox.

use crate::{
    Error, Services, auth,
    background::{JobContext, JobError, JobHandler, JobKind, JobOutcome, Lane},
    context::{Caller, permit},
    interviews,
    jobapps::{
        self,
        queries::{has_user_content, list_event_origins, list_stages},
    },
    mail::queries::{
        candidates::{self, CandidateQuery, UpdatedApplicationRow},
        clear,
        inbox::{self, InboxRow},
        messages,
    },
    platform::db::TenantTx,
};
use async_trait::async_trait;
use domain::{
    JobApplicationId, MailMessageId, MailboxId, inbox::ListInboxInput, mail::MailDecision, tenants::Action,
};
use std::{collections::BTreeSet, time::Duration};

/// Messages undone per transaction. The other messages of their applications are processed, too.
const BATCH_SIZE: i64 = 50;
/// Maximum number of messages undone per application. Further ones from the same mailbox are deleted without being undone.
const MAX_MESSAGES_OF_APPLICATION: i64 = 500;

/// Deletes what a mailbox added, except what people have changed since: deletes applications that only its messages are about,
/// undoes the changes of its messages in other applications, and deletes its messages. Ends early if the mailbox is connected
/// again.
pub(crate) struct ClearMailbox;

impl ClearMailbox {
    pub const KIND: JobKind = JobKind::new("clear_mailbox", Lane::Bulk);
}

#[async_trait]
impl JobHandler for ClearMailbox {
    fn kind(&self) -> JobKind {
        Self::KIND
    }

    fn max_attempts(&self) -> u32 {
        10
    }

    fn backoff(&self, failures: u32) -> Duration {
        Duration::from_secs(2) * failures
    }

    async fn run(&self, mut ctx: JobContext) -> Result<JobOutcome, JobError> {
        let Some(caller) = auth::find_job_caller(&ctx.services, ctx.job).await? else {
            return ctx.discard().await;
        };
        let Ok(grant) = permit(&caller, Action::ImportMail) else {
            return ctx.discard().await;
        };
        let mailbox = MailboxId(ctx.job.payload_id);
        loop {
            let mut tx = ctx.job.begin_step(&ctx.services, grant).await?;
            let is_more = clear_batch(&ctx.services, &caller, &mut tx, mailbox).await?;
            tx.commit().await?;
            if !is_more {
                break;
            }
            if ctx.should_yield().await? {
                return Ok(JobOutcome::Yielded);
            }
        }
        let mut tx = ctx.job.finish(&ctx.services, grant).await?;
        clear::delete_unconnected(&mut tx, mailbox).await?;
        tx.commit().await?;
        Ok(JobOutcome::Completed)
    }

    /// Batches that were committed already stay.
    async fn give_up(&self, ctx: JobContext) -> Result<JobOutcome, JobError> {
        tracing::error!(mailbox.id = %ctx.job.payload_id, "mailbox could not be cleared");
        ctx.discard().await
    }
}

/// Undoes and deletes the newest messages of the mailbox. Returns false if there are none, or the mailbox is connected.
async fn clear_batch(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    mailbox: MailboxId,
) -> Result<bool, Error> {
    candidates::lock_mailboxes(tx).await?;
    if clear::is_connected(tx, mailbox).await? {
        return Ok(false);
    }
    let filter = ListInboxInput {
        mailbox_id: Some(mailbox),
        ..ListInboxInput::default()
    };
    let rows = inbox::list(tx, &filter, &[], None, BATCH_SIZE).await?;
    if rows.is_empty() {
        return Ok(false);
    }
    let (mut ids, mut applications) = (Vec::new(), BTreeSet::new());
    for row in &rows {
        let message = row.to_message()?;
        ids.push(message.id);
        applications.extend(message.jobapp_id);
    }
    for id in &applications {
        let filter = ListInboxInput {
            jobapp_id: Some(*id),
            ..filter.clone()
        };
        let rows = inbox::list(tx, &filter, &[], None, MAX_MESSAGES_OF_APPLICATION).await?;
        clear_application(services, caller, tx, *id, &rows).await?;
    }
    let applications: Vec<JobApplicationId> = applications.into_iter().collect();
    let uids = clear::delete_messages(tx, mailbox, &ids, &applications).await?;
    interviews::update_from_events(services, tx, &uids).await?;
    Ok(true)
}

/// Undoes the changes of these messages in an application. The messages are all of one mailbox and newest first.
async fn clear_application(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    id: JobApplicationId,
    rows: &[InboxRow],
) -> Result<(), Error> {
    let now = services.clock.now();
    let stages = list_stages(tx).await?;
    let query = CandidateQuery {
        ids: vec![id.0],
        keys: Vec::new(),
        requisitions: Vec::new(),
        apply_dates: Vec::new(),
    };
    // An application that a person deleted stays in the trash.
    let Some(mut candidate) = candidates::lock_candidates(tx, &stages, &query)
        .await?
        .pop()
        .filter(|candidate| !candidate.is_deleted)
    else {
        return Ok(());
    };
    let (mut ids, mut automatic) = (Vec::new(), Vec::new());
    for row in rows {
        let message = row.to_message()?;
        ids.push(message.id);
        if message.decision == MailDecision::Automatic {
            automatic.push(message.id);
        }
    }
    let is_decided_by_person = automatic.len() < ids.len();
    let is_untouched = !is_decided_by_person
        && candidate.user_edited_fields.is_empty()
        && is_created_by(tx, id, &ids).await?
        && !messages::has_others(tx, id, &ids).await?
        && !has_user_content(tx, id).await?
        && !clear::has_merges(tx, id).await?;
    if is_untouched {
        return jobapps::delete_for_good(tx, id, now).await;
    }
    for row in rows {
        if automatic.contains(&row.to_message()?.id) {
            candidate.restore_fields(&row.changes().fields);
        }
    }
    candidates::update_applications(tx, &[UpdatedApplicationRow::new(&candidate)], now).await?;
    match jobapps::undo_messages(services, caller, tx, id, &automatic, false).await {
        // If the history is full, the last state stays.
        Ok(_) | Err(Error::Api(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Whether one of these messages created the application, and no person has moved it since.
async fn is_created_by(
    tx: &mut TenantTx,
    id: JobApplicationId,
    messages: &[MailMessageId],
) -> Result<bool, Error> {
    let events = list_event_origins(tx, id).await?;
    let is_of_messages = |mail: Option<uuid::Uuid>| mail.is_some_and(|mail| messages.contains(&mail.into()));
    Ok(
        events.iter().any(|e| e.is_creation && is_of_messages(e.mail))
            && !events.iter().any(|e| e.is_by_user),
    )
}
