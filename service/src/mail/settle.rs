//! Matching mails that were read to applications, and keeping what comes of it. The same for uploads and mailboxes.

use super::{
    matching::{self, Ground, Mail, Settled},
    queries,
};
use crate::{
    Error, Services,
    db::TenantTx,
    jobapps::{
        match_key,
        queries::{ApplicationRow, EventRow, insert_applications, insert_events},
    },
    tenants::Caller,
    text::fold,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    ImportId,
    jobapps::{Cause, StageKind},
    mail::MailKind,
};

/// Mails that are matched in one transaction.
const BATCH: i64 = 200;

/// Matches the next mails of an import, the oldest first, in the caller's transaction. Nothing when none is left. Whoever
/// matches for one person waits here for another who does, so that both cannot make the same application.
pub(super) async fn settle(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    import: ImportId,
    cause: Cause,
) -> Result<Option<Settled>, Error> {
    queries::lock_mailboxes(tx).await?;
    let mails = queries::unsettled(tx, import, BATCH).await?;
    if mails.is_empty() {
        return Ok(None);
    }
    let settled = match_mails(services, caller, tx, &mails).await?;
    keep(services, tx, &settled, cause).await?;
    Ok(Some(settled))
}

async fn match_mails(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    mails: &[Mail],
) -> Result<Settled, Error> {
    let time_zone = caller.user.time_zone.as_str();
    let counts = |m: &&Mail| matches!(m.kind, MailKind::Confirmation | MailKind::Rejection);
    let relevant: Vec<Mail> = mails.iter().filter(counts).cloned().collect();
    let stages = crate::jobapps::queries::stages(tx).await?;
    let applied = stages
        .iter()
        .find(|s| s.kind == StageKind::Applied)
        .or(stages.first());
    let applied = applied
        .ok_or_else(|| Error::Internal("a workspace without stages".into()))?
        .id;
    let known = queries::known(
        tx,
        &matching::keys_of(&relevant),
        &matching::days_of(&relevant, time_zone),
    )
    .await?;
    let ground = Ground { applied, time_zone };
    Ok(matching::settle(&ground, known, mails, || services.id()))
}

/// Writes what matching found: new applications, changed ones, ledger, and what each mail belongs to.
async fn keep(services: &Services, tx: &mut TenantTx, settled: &Settled, cause: Cause) -> Result<(), Error> {
    let now = services.clock.now();
    let new: Vec<ApplicationRow> = settled
        .known
        .iter()
        .filter(|k| k.new)
        .map(|k| new_row(k, now))
        .collect();
    let changed: Vec<_> = settled
        .known
        .iter()
        .filter(|k| k.changed && !k.new)
        .map(queries::ChangedRow::new)
        .collect();
    let entries = settled.entries.iter().zip(0_i64..).map(|(e, n)| EventRow {
        id: services.id(),
        application_id: e.application,
        from_stage_id: e.recorded.from,
        to_stage_id: e.recorded.to.stage,
        outcome: e.recorded.to.outcome,
        occurred_at: e.recorded.occurred_at,
        // Entries of one moment keep their order.
        recorded_at: now + TimeDelta::microseconds(n),
        cause,
        actor_id: None,
        mail_id: Some(e.mail),
    });
    let entries: Vec<EventRow> = entries.collect();
    if !new.is_empty() {
        insert_applications(tx, &new).await?;
    }
    if !changed.is_empty() {
        queries::change(tx, &changed, now).await?;
    }
    if !entries.is_empty() {
        insert_events(tx, &entries).await?;
    }
    queries::link(tx, &settled.links).await
}

fn new_row(known: &matching::Known, now: DateTime<Utc>) -> ApplicationRow {
    ApplicationRow {
        id: known.id,
        search_text: fold(&format!("{} {}", known.title, known.company)),
        match_key: match_key(&known.company),
        requisition: known.requisitions.first().cloned(),
        stage_id: known.position.stage,
        outcome: known.position.outcome,
        moved_at: known.moved_at,
        apply_date: known.apply_date,
        source: known.source.clone(),
        location: known.location.clone(),
        url: None,
        salary: None,
        tags: Vec::new(),
        edited: Vec::new(),
        created_at: now,
        job_title: known.title.clone(),
        company: known.company.clone(),
    }
}
