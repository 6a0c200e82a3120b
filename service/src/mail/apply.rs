//! Matches parsed messages to applications and writes the result. Used by imports and mailbox syncs.

use super::{
    mail_reader,
    matching::{
        Candidate, MatchContext, MatchReport, Reading, UnmatchedMessage, candidate_dates, candidate_keys,
        match_messages,
    },
    queries::{
        candidates::{self, CandidateQuery, UpdatedApplicationRow},
        inbox::{self, InboxRow},
        merged,
        messages::{self, SourceId},
        sender_rules,
    },
};
use crate::{
    Error, Services,
    context::Caller,
    interviews,
    jobapps::{
        limits,
        queries::{
            ApplicationRow, EventRow, company_key, insert_applications, insert_events, list_stages,
            search_text,
        },
    },
    platform::db::TenantTx,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    JobApplicationId, StageId, UserId,
    jobapps::{EventSource, Stage, StageKind},
    mail::MailDecision,
};
use std::collections::HashSet;

/// Messages matched in one transaction.
const BATCH_SIZE: i64 = 200;
/// Messages in review that are matched again per query.
const REVIEW_BATCH_SIZE: i64 = 500;
/// Maximum number of these batches per transaction.
const MAX_REVIEW_BATCHES: usize = 8;

/// Matches and applies the next messages of a source, oldest first, in the caller's transaction. Returns `None` if there are none.
/// Waits for other transactions that match messages of the same user; otherwise two of them could create the same application
/// twice.
pub(super) async fn apply_matches(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    source: SourceId,
    event_source: EventSource,
) -> Result<Option<MatchReport>, Error> {
    candidates::lock_mailboxes(tx).await?;
    let mut unmatched = messages::list_unmatched(tx, source, BATCH_SIZE).await?;
    if unmatched.is_empty() {
        return Ok(None);
    }
    let ignored_senders = apply_sender_rules(tx, &mut unmatched).await?;
    let report = find_matches(services, caller, tx, &unmatched, ignored_senders).await?;
    write_report(services, tx, &report, event_source, None).await?;
    Ok(Some(report))
}

/// Matches the messages in review again, oldest first, because applications added since may match now. Repeats this until nothing
/// changes. Call it when a source has no messages left.
pub(super) async fn apply_review(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    event_source: EventSource,
) -> Result<MatchReport, Error> {
    candidates::lock_mailboxes(tx).await?;
    let mut total = MatchReport::default();
    let mut after = None;
    let mut is_changed = false;
    for _ in 0..MAX_REVIEW_BATCHES {
        let rows = inbox::list_waiting(tx, after.as_ref(), REVIEW_BATCH_SIZE).await?;
        after = rows.last().map(InboxRow::position);
        if after.is_none() {
            if !is_changed {
                break;
            }
            is_changed = false;
            continue;
        }
        let mut waiting = rows
            .iter()
            .map(InboxRow::to_unmatched)
            .collect::<Result<Vec<_>, _>>()?;
        let ignored_senders = apply_sender_rules(tx, &mut waiting).await?;
        let mut report = find_matches(services, caller, tx, &waiting, ignored_senders).await?;
        report.links.retain(|link| link.decision != MailDecision::Review);
        is_changed |= !report.links.is_empty();
        write_report(services, tx, &report, event_source, None).await?;
        total.add_counts(&report);
    }
    Ok(total)
}

/// Applies the user's decision about a message: adds it to this application, or to a new one. `asked` is the reading from before
/// the decision, if the message was in review. Returns the application. The caller must hold the lock on the mailboxes.
pub(super) async fn apply_decision(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    message: &UnmatchedMessage,
    application: Option<JobApplicationId>,
    decision: MailDecision,
    asked: Option<Box<Reading>>,
) -> Result<Option<JobApplicationId>, Error> {
    let stages = list_stages(tx).await?;
    let query = CandidateQuery {
        ids: application.iter().map(|id| id.0).collect(),
        keys: Vec::new(),
        requisitions: Vec::new(),
        apply_dates: Vec::new(),
    };
    let candidates = candidates::lock_candidates(tx, &stages, &query).await?;
    let context = match_context(caller, &stages, i64::MAX, HashSet::new())?;
    let mut report = MatchReport {
        candidates,
        ..MatchReport::default()
    };
    report.add_decided(&context, message, application, decision, || services.id());
    if asked.is_some() {
        for link in &mut report.links {
            link.changes.get_or_insert_default().asked.clone_from(&asked);
        }
    }
    write_report(services, tx, &report, caller.via, Some(caller.user.id)).await?;
    Ok(report.links.first().and_then(|link| link.application))
}

/// Replaces the companies of messages according to the user's sender rules. Returns the senders whose email is not about
/// applications.
async fn apply_sender_rules(
    tx: &mut TenantTx,
    messages: &mut [UnmatchedMessage],
) -> Result<HashSet<String>, Error> {
    let mut senders: Vec<String> = messages
        .iter()
        .filter(|m| m.is_relevant())
        .map(|m| m.sender.to_lowercase())
        .collect();
    senders.sort_unstable();
    senders.dedup();
    if senders.is_empty() {
        return Ok(HashSet::new());
    }
    let rules = sender_rules::list(tx, &senders).await?;
    for message in messages {
        let sender = message.sender.to_lowercase();
        let company = rules
            .iter()
            .find(|rule| rule.sender == sender)
            .and_then(|rule| rule.company.clone());
        message.company = company.or_else(|| message.company.take());
    }
    Ok(rules
        .into_iter()
        .filter(|rule| rule.is_ignored)
        .map(|rule| rule.sender)
        .collect())
}

pub(super) fn match_context<'a>(
    caller: &'a Caller,
    stages: &'a [Stage],
    max_new: i64,
    ignored_senders: HashSet<String>,
) -> Result<MatchContext<'a>, Error> {
    Ok(MatchContext {
        stages,
        applied_stage: applied_stage(stages)?,
        time_zone: caller.user.time_zone.as_str(),
        job_boards: mail_reader()?.job_boards().collect(),
        max_new,
        ignored_senders,
    })
}

async fn find_matches(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    unmatched: &[UnmatchedMessage],
    ignored_senders: HashSet<String>,
) -> Result<MatchReport, Error> {
    let time_zone = caller.user.time_zone.as_str();
    let stages = list_stages(tx).await?;
    // Locked before the rows of applications, as in every transaction that adds one.
    let applications_left = limits::lock_applications_left(services, tx).await?;
    let merged = merged::list(tx).await?;
    let mut unmatched = unmatched.to_vec();
    for message in &mut unmatched {
        merged.rename_company(message);
    }
    let relevant: Vec<UnmatchedMessage> = unmatched.iter().filter(|m| m.is_relevant()).cloned().collect();
    let thread_ids: Vec<String> = relevant
        .iter()
        .flat_map(|m| m.thread_ids.iter().cloned())
        .collect();
    let mut threads = candidates::list_thread_applications(tx, &thread_ids).await?;
    let uids: Vec<String> = unmatched.iter().filter_map(|m| m.calendar_uid.clone()).collect();
    threads.extend(candidates::list_event_applications(tx, &uids).await?);
    let ids = threads.values().copied().chain(merged.targets(&relevant));
    let query = CandidateQuery {
        ids: ids.map(|id| id.0).collect(),
        keys: merged.with_aliases(candidate_keys(&relevant)),
        requisitions: relevant.iter().filter_map(|m| m.requisition.clone()).collect(),
        apply_dates: candidate_dates(&relevant, time_zone),
    };
    let candidates = merged.resolve(candidates::lock_candidates(tx, &stages, &query).await?);
    let context = match_context(caller, &stages, applications_left, ignored_senders)?;
    Ok(match_messages(&context, candidates, threads, &unmatched, || {
        services.id()
    }))
}

/// The stage of new applications.
fn applied_stage(stages: &[Stage]) -> Result<StageId, Error> {
    stages
        .iter()
        .find(|s| s.kind == StageKind::Applied)
        .or(stages.first())
        .map(|stage| stage.id)
        .ok_or_else(|| Error::Internal("workspace without stages".into()))
}

/// Writes new applications, changed applications, events, and the links of messages.
pub(super) async fn write_report(
    services: &Services,
    tx: &mut TenantTx,
    report: &MatchReport,
    event_source: EventSource,
    actor: Option<UserId>,
) -> Result<(), Error> {
    let now = services.clock.now();
    let created: Vec<ApplicationRow> = report
        .candidates
        .iter()
        .filter(|c| c.is_new)
        .map(|c| application_row(c, now))
        .collect();
    let updated: Vec<_> = report
        .candidates
        .iter()
        .filter(|c| c.is_changed && !c.is_new)
        .map(UpdatedApplicationRow::new)
        .collect();
    let events: Vec<EventRow> = report
        .events
        .iter()
        .zip(0_i64..)
        .map(|(e, n)| EventRow {
            id: services.id(),
            application_id: e.application,
            from_stage_id: e.event.from,
            to_stage_id: e.event.to.stage,
            previous_outcome: e.event.previous_outcome,
            outcome: e.event.to.outcome,
            occurred_at: e.event.occurred_at,
            // Distinct times keep the order of the events of one transaction.
            recorded_at: now + TimeDelta::microseconds(n),
            cause: event_source,
            actor_id: actor,
            mail_id: Some(e.message),
        })
        .collect();
    if !created.is_empty() {
        insert_applications(tx, &created).await?;
    }
    if !updated.is_empty() {
        candidates::update_applications(tx, &updated, now).await?;
    }
    if !events.is_empty() {
        insert_events(tx, &events).await?;
    }
    messages::set_matched(tx, &report.links).await?;
    let linked: Vec<_> = report
        .links
        .iter()
        .filter(|link| link.application.is_some())
        .map(|link| link.message)
        .collect();
    interviews::update_from_messages(services, tx, &linked).await
}

fn application_row(candidate: &Candidate, now: DateTime<Utc>) -> ApplicationRow {
    ApplicationRow {
        id: candidate.id,
        search_text: search_text(candidate.title.as_deref(), candidate.company.as_deref()),
        match_key: company_key(candidate.company.as_deref()),
        requisition: candidate.requisitions.first().cloned(),
        stage_id: candidate.state.stage,
        outcome: candidate.state.outcome,
        stage_changed_at: candidate.stage_changed_at,
        apply_date: candidate.apply_date,
        source: candidate.source.clone(),
        location: candidate.location.clone(),
        url: None,
        salary: None,
        tags: Vec::new(),
        user_edited_fields: Vec::new(),
        created_at: now,
        updated_at: now,
        job_title: candidate.title.clone(),
        company: candidate.company.clone(),
    }
}
