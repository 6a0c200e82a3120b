//! Matches parsed messages to applications and writes the result. Used by imports and mailbox syncs.

use super::{
    mail_reader,
    matching::{
        Candidate, MatchContext, MatchReport, UnmatchedMessage, candidate_dates, candidate_keys,
        match_messages,
    },
    queries::{
        candidates::{self, CandidateQuery, UpdatedApplicationRow},
        merged,
        messages::{self, SourceId},
    },
};
use crate::{
    Error, Services,
    context::Caller,
    jobapps::{
        limits,
        queries::{ApplicationRow, EventRow, insert_applications, insert_events, list_stages},
    },
    platform::{db::TenantTx, normalize::fold},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    StageId,
    jobapps::{EventSource, Stage, StageKind},
};
use mail_reader::match_key;

/// Messages matched in one transaction.
const BATCH_SIZE: i64 = 200;

/// Matches and applies the next messages of a source, oldest first, in the caller's transaction. `None` when none is left.
/// Waits for other transactions that match messages of the same user, because two of them could create the same application
/// twice.
pub(super) async fn apply_matches(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    source: SourceId,
    event_source: EventSource,
) -> Result<Option<MatchReport>, Error> {
    candidates::lock_mailboxes(tx).await?;
    let unmatched = messages::list_unmatched(tx, source, BATCH_SIZE).await?;
    if unmatched.is_empty() {
        return Ok(None);
    }
    let report = find_matches(services, caller, tx, &unmatched).await?;
    write_report(services, tx, &report, event_source).await?;
    Ok(Some(report))
}

async fn find_matches(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    unmatched: &[UnmatchedMessage],
) -> Result<MatchReport, Error> {
    let time_zone = caller.user.time_zone.as_str();
    let stages = list_stages(tx).await?;
    let applied_stage = applied_stage(&stages)?;
    // Before the rows of applications, as in every transaction that adds one.
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
    let threads = candidates::list_thread_applications(tx, &thread_ids).await?;
    let ids = threads.values().copied().chain(merged.targets(&relevant));
    let query = CandidateQuery {
        ids: ids.map(|id| id.0).collect(),
        keys: merged.with_aliases(candidate_keys(&relevant)),
        requisitions: relevant.iter().filter_map(|m| m.requisition.clone()).collect(),
        apply_dates: candidate_dates(&relevant, time_zone),
    };
    let candidates = merged.resolve(candidates::lock_candidates(tx, &stages, &query).await?);
    let context = MatchContext {
        stages: &stages,
        applied_stage,
        time_zone,
        job_boards: mail_reader()?.job_boards().collect(),
        max_new: applications_left,
    };
    Ok(match_messages(&context, candidates, threads, &unmatched, || {
        services.id()
    }))
}

/// The stage of new applications.
pub(super) fn applied_stage(stages: &[Stage]) -> Result<StageId, Error> {
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
            outcome: e.event.to.outcome,
            occurred_at: e.event.occurred_at,
            // Keeps the order of events of one transaction.
            recorded_at: now + TimeDelta::microseconds(n),
            cause: event_source,
            actor_id: None,
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
    messages::set_matched(tx, &report.links).await
}

fn application_row(candidate: &Candidate, now: DateTime<Utc>) -> ApplicationRow {
    ApplicationRow {
        id: candidate.id,
        search_text: fold(&format!("{} {}", candidate.title, candidate.company)),
        match_key: match_key::company(&candidate.company),
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
        job_title: candidate.title.clone(),
        company: candidate.company.clone(),
    }
}
