//! Computes the effects of the messages of a preview by applying them in a transaction that is rolled back. So a preview never
//! differs from the import that follows.

use crate::{
    Error, Services,
    context::{Caller, Grant},
    mail::{
        apply::{apply_matches, apply_review},
        matching::MatchReport,
        queries::{
            findings::{self, FindingEffect},
            messages,
            previews::PreviewCounts,
        },
    },
};
use domain::{
    ImportId, JobApplicationId, MailMessageId, MailboxId, inbox::FindingAction, jobapps::EventSource,
    mail::MailDecision,
};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Messages inserted per statement.
const BATCH_SIZE: i64 = 200;
/// Maximum number of messages of a preview. The transaction locks the applications of the user, so it must be short.
const MAX_MESSAGES: usize = 3_000;

/// The effects of the messages of a preview.
pub struct Preview {
    pub effects: Vec<FindingEffect>,
    pub counts: PreviewCounts,
}

/// Computes the effects of the messages of a preview. `None` if too many of them are about applications.
pub async fn find_effects(
    services: &Services,
    caller: &Caller,
    grant: Grant,
    import: ImportId,
    mailbox: MailboxId,
) -> Result<Option<Preview>, Error> {
    let now = services.clock.now();
    let mut tx = services.db.begin(grant).await?;
    let (mut after, mut count) = (None, 0);
    loop {
        let batch = findings::list_unmatched(&mut tx, import, after, BATCH_SIZE).await?;
        let Some((position, _)) = batch.last() else {
            break;
        };
        after = Some(*position);
        count += batch.len();
        if count > MAX_MESSAGES {
            tx.rollback().await?;
            return Ok(None);
        }
        let rows: Vec<Value> = batch.into_iter().map(|(_, message)| message).collect();
        messages::insert_messages(&mut tx, mailbox, import.into(), &rows, now).await?;
    }
    let mut effects = Effects::default();
    while let Some(report) =
        apply_matches(services, caller, &mut tx, import.into(), EventSource::Import).await?
    {
        effects.add(&report);
    }
    effects.add(&apply_review(services, caller, &mut tx, EventSource::Import).await?);
    tx.rollback().await?;
    Ok(Some(effects.into_preview()))
}

/// The accumulated effects of the batches.
#[derive(Default)]
struct Effects {
    by_message: HashMap<MailMessageId, FindingEffect>,
    /// Applications that the import would add.
    created: HashSet<JobApplicationId>,
    counts: PreviewCounts,
}

impl Effects {
    fn add(&mut self, report: &MatchReport) {
        self.counts.created += report.created;
        self.counts.updated += report.updated;
        self.counts.ignored += report.ignored;
        for link in &report.links {
            let is_created = link.changes.as_ref().is_some_and(|changes| changes.created);
            if is_created {
                self.created.extend(link.application);
            }
            let candidate = report
                .candidates
                .iter()
                .find(|candidate| Some(candidate.id) == link.application);
            let is_live = candidate.is_some_and(|candidate| !candidate.is_deleted);
            let action = match link.decision {
                MailDecision::Review => FindingAction::Review,
                _ if is_created => FindingAction::Create,
                _ if is_live => FindingAction::Update,
                _ => FindingAction::Ignore,
            };
            self.by_message.insert(
                link.message,
                FindingEffect {
                    id: link.message,
                    action,
                    application_id: link.application.filter(|id| !self.created.contains(id)),
                    company: candidate.and_then(|c| c.company.clone()),
                    job_title: candidate.and_then(|c| c.title.clone()),
                },
            );
        }
    }

    fn into_preview(self) -> Preview {
        Preview {
            effects: self.by_message.into_values().collect(),
            counts: self.counts,
        }
    }
}
