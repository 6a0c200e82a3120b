//! Messages in review: the applications they may belong to, and a suggestion.

use super::list::load_page;
use crate::{
    Error, Services,
    context::{Caller, permit},
    jobapps::queries::{
        MailCandidate, MailCandidateQuery, company_key, list_mail_candidates, list_recent_open,
    },
    mail::{
        matching::UnmatchedMessage,
        queries::{candidates::list_thread_applications, inbox, merged},
    },
    platform::db::TenantTx,
};
use domain::{
    JobApplicationId, MailMessageId,
    inbox::{ListInboxInput, MailDetail, ReviewItem, SuggestedAction, Suggestion},
    jobapps::JobApplication,
    mail::{MailDecision, MessageKind},
    pagination::Page,
    tenants::{Action, may},
};
use mail_reader::match_key;
use std::collections::HashMap;

/// Maximum number of applications offered for a message.
const MAX_CANDIDATES: usize = 5;
/// The highest number of messages that the navigation shows.
const MAX_REVIEW_COUNT: i64 = 100;

/// Returns a page of messages that wait for the caller's decision, newest first.
///
/// # Errors
/// `invalid` for an invalid limit or cursor; `forbidden` if the caller's role may not import email.
pub async fn get_review(
    services: &Services,
    caller: &Caller,
    input: ListInboxInput,
) -> Result<Page<ReviewItem>, Error> {
    let grant = permit(caller, Action::ImportMail)?;
    let mut tx = services.db.begin(grant).await?;
    let (rows, pagination) = load_page(services, caller, &mut tx, input, &[MailDecision::Review]).await?;
    let messages = rows
        .iter()
        .map(inbox::InboxRow::to_unmatched)
        .collect::<Result<Vec<_>, _>>()?;
    let reviews = review_messages(&mut tx, &messages).await?;
    tx.commit().await?;
    let data = rows
        .iter()
        .zip(reviews)
        .map(|(row, review)| {
            Ok(ReviewItem {
                mail: row.to_message()?,
                suggestion: review.suggestion,
                candidates: review.candidates,
            })
        })
        .collect::<Result<_, Error>>()?;
    Ok(Page { data, pagination })
}

/// Number of messages in review of the caller, at most 100. 0 if the caller's role may not import email.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn count_review(services: &Services, caller: &Caller) -> Result<i64, Error> {
    if !may(caller.tenant.role, Action::ImportMail) {
        return Ok(0);
    }
    let grant = permit(caller, Action::ImportMail)?.to_read();
    let mut tx = services.db.begin(grant).await?;
    let count = inbox::count_review(&mut tx, MAX_REVIEW_COUNT).await?;
    tx.commit().await?;
    Ok(count)
}

/// Returns a message with its explanation and the applications it may belong to.
///
/// # Errors
/// `not_found` if the caller has no such message; `forbidden` if the caller's role may not import email.
pub async fn get_mail(services: &Services, caller: &Caller, id: MailMessageId) -> Result<MailDetail, Error> {
    let grant = permit(caller, Action::ImportMail)?;
    let mut tx = services.db.begin(grant).await?;
    let row = inbox::find(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    let review = review_messages(&mut tx, &[row.to_unmatched()?]).await?.pop();
    tx.commit().await?;
    let mail = row.to_message()?;
    let explanation = row.explanation();
    let (candidates, suggestion) = review.map_or((Vec::new(), None), |r| (r.candidates, Some(r.suggestion)));
    Ok(MailDetail {
        suggestion: suggestion.filter(|_| mail.jobapp_id.is_none()),
        mail,
        explanation,
        candidates,
    })
}

/// The applications that a message may belong to, and a suggestion.
pub(super) struct Review {
    pub candidates: Vec<JobApplication>,
    pub suggestion: Suggestion,
}

/// Reviews messages with at most five SQL statements, regardless of their number.
pub(super) async fn review_messages(
    tx: &mut TenantTx,
    messages: &[UnmatchedMessage],
) -> Result<Vec<Review>, Error> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    let names = merged::list(tx).await?;
    let mut messages = messages.to_vec();
    for message in &mut messages {
        names.rename_company(message);
    }
    let thread_ids: Vec<String> = messages
        .iter()
        .flat_map(|m| m.thread_ids.iter().cloned())
        .collect();
    let threads = list_thread_applications(tx, &thread_ids).await?;
    let query = MailCandidateQuery {
        ids: threads.values().map(|id| id.0).collect(),
        company_keys: messages
            .iter()
            .filter(|m| m.company.is_some())
            .map(|m| company_key(m.company.as_deref()))
            .collect(),
        requisitions: messages.iter().filter_map(|m| m.requisition.clone()).collect(),
    };
    let known = list_mail_candidates(tx, &query).await?;
    let ranked: Vec<Vec<RankedCandidate<'_>>> = messages
        .iter()
        .map(|message| rank(message, &threads, &known))
        .collect();
    // A message that names no company gets the latest applications as candidates.
    let needs_recent = messages.iter().any(is_nameless);
    let recent = if needs_recent {
        list_recent_open(tx, i64::try_from(MAX_CANDIDATES).unwrap_or(i64::MAX)).await?
    } else {
        Vec::new()
    };
    Ok(messages
        .iter()
        .zip(ranked)
        .map(|(message, ranked)| review(message, &ranked, &recent))
        .collect())
}

fn is_nameless(message: &UnmatchedMessage) -> bool {
    message.company.is_none() && message.kind.is_about_application()
}

struct RankedCandidate<'a> {
    score: i32,
    candidate: &'a MailCandidate,
}

fn rank<'a>(
    message: &UnmatchedMessage,
    threads: &HashMap<String, JobApplicationId>,
    known: &'a [MailCandidate],
) -> Vec<RankedCandidate<'a>> {
    let in_thread = message.thread_ids.iter().find_map(|id| threads.get(id));
    let company = message.company.as_deref().map(match_key::company);
    let title = message.title.as_deref().map(match_key::title);
    let mut ranked: Vec<RankedCandidate<'_>> = known
        .iter()
        .filter_map(|candidate| {
            let application = &candidate.application;
            let same_requisition =
                message.requisition.is_some() && message.requisition == candidate.requisition;
            let same_thread = in_thread == Some(&application.id);
            let same_company =
                company.is_some() && company == application.company.as_deref().map(match_key::company);
            if !(same_requisition || same_thread || same_company) {
                return None;
            }
            let other_title = application.job_title.as_deref().map(match_key::title);
            let title_score = match (&title, &other_title) {
                (Some(a), Some(b)) if a == b => 30,
                (Some(_), Some(_)) => -30,
                _ => 0,
            };
            let score = [
                (same_requisition, 100),
                (same_thread, 60),
                (same_company, 50),
                (application.outcome.is_none(), 10),
                // The application cannot be later than an email about it.
                (application.apply_date <= message.sent_at.date_naive(), 20),
            ];
            let score: i32 = score
                .into_iter()
                .filter_map(|(holds, points)| holds.then_some(points))
                .sum();
            Some(RankedCandidate {
                score: score + title_score,
                candidate,
            })
        })
        .collect();
    // The sort is stable, so the latest of several candidates with the same score comes first.
    ranked.sort_by_key(|r| std::cmp::Reverse(r.score));
    ranked
}

/// Minimum score of a suggested candidate. The same company alone reaches it.
const SUGGESTION_THRESHOLD: i32 = 50;

fn review(message: &UnmatchedMessage, ranked: &[RankedCandidate<'_>], recent: &[MailCandidate]) -> Review {
    let is_about_application = message.kind.is_about_application();
    let best = ranked
        .first()
        .filter(|r| r.score >= SUGGESTION_THRESHOLD && is_about_application)
        .map(|r| r.candidate.application.id);
    let has_name = message.company.is_some() || message.title.is_some();
    let action = match best {
        Some(_) => SuggestedAction::Update,
        None if is_about_application && has_name => SuggestedAction::Create,
        None => SuggestedAction::Ignore,
    };
    let candidates: Vec<JobApplication> = if ranked.is_empty() && is_nameless(message) {
        recent.iter().map(|c| c.application.clone()).collect()
    } else {
        ranked
            .iter()
            .take(MAX_CANDIDATES)
            .map(|r| r.candidate.application.clone())
            .collect()
    };
    Review {
        candidates,
        suggestion: Suggestion {
            action,
            jobapp_id: best,
            company: message.company.clone(),
            job_title: message.title.clone(),
            kind: match message.kind {
                kind if is_about_application => kind,
                _ => MessageKind::Other,
            },
            confidence: message.confidence,
        },
    }
}
