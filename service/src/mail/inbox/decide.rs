//! Applies the user's decision about a message.

use super::{review::review_messages, undo::undo};
use crate::{
    Error, Services,
    context::{Caller, permit},
    jobapps::{
        limits,
        queries::{find_application, set_names},
    },
    mail::{
        apply::{apply_decision, apply_review},
        matching::{MessageLink, Reading, UnmatchedMessage},
        queries::{
            candidates::lock_mailboxes,
            inbox::{self, Correction, InboxRow},
            messages,
            sender_rules::{self, SenderRule},
        },
    },
    platform::db::TenantTx,
};
use domain::{
    ApiError, FieldCode, JobApplicationId,
    inbox::{DecideMailInput, DecidedMail, MailChoice, MailDecisionRequest, SuggestedAction},
    jobapps::JobApplication,
    mail::{MailDecision, Message},
    tenants::Action,
};

/// The application that a message is assigned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Existing(JobApplicationId),
    New,
}

/// Applies a decision about a message: accepts the suggestion, adds the message to another or a new application, corrects what was
/// read, or marks the message as not about an application. Earlier changes by the message are undone. Repeating a decision changes
/// nothing.
///
/// # Errors
/// `invalid` if the decision is incomplete; `not_found` if the caller has no such message or application; `conflict` at the
/// maximum number of applications; `forbidden` if the caller's role may not import email.
pub async fn decide_mail(
    services: &Services,
    caller: &Caller,
    input: DecideMailInput,
) -> Result<DecidedMail, Error> {
    let request = input.validate()?;
    let mut tx = services.db.begin(permit(caller, Action::ImportMail)?).await?;
    lock_mailboxes(&mut tx).await?;
    let row = inbox::find(&mut tx, request.mail_id)
        .await?
        .ok_or_else(Error::not_found)?;
    match request.choice {
        MailChoice::NotAnApplication => dismiss(services, caller, &mut tx, &row, &request).await?,
        MailChoice::Accept | MailChoice::Change => assign(services, caller, &mut tx, &row, &request).await?,
    }
    let mail = inbox::find(&mut tx, request.mail_id)
        .await?
        .ok_or_else(Error::not_found)?
        .to_message()?;
    let jobapp = match mail.jobapp_id {
        Some(id) => find_application(&mut tx, id).await?,
        None => None,
    };
    tx.commit().await?;
    Ok(DecidedMail { mail, jobapp })
}

async fn dismiss(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    row: &InboxRow,
    request: &MailDecisionRequest,
) -> Result<(), Error> {
    let message = row.to_message()?;
    if message.decision != MailDecision::Dismissed {
        undo(services, caller, tx, row, MailDecision::Dismissed).await?;
    }
    if request.remember {
        let rule = SenderRule {
            sender: message.sender.to_lowercase(),
            is_ignored: true,
            company: None,
        };
        sender_rules::save(tx, services.id(), &rule, services.clock.now()).await?;
        inbox::ignore_sender(tx, &message.sender).await?;
    }
    Ok(())
}

async fn assign(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    row: &InboxRow,
    request: &MailDecisionRequest,
) -> Result<(), Error> {
    let message = row.to_message()?;
    let corrected = corrected(row.to_unmatched()?, request);
    let target = find_target(tx, &message, &corrected, request, row.changes().created).await?;
    let is_corrected = corrected != row.to_unmatched()?;
    if is_corrected {
        let correction = Correction {
            kind: corrected.kind,
            company: corrected.company.as_deref(),
            job_title: corrected.title.as_deref(),
        };
        inbox::correct(tx, message.id, &correction).await?;
    }
    let decision = match request.choice {
        MailChoice::Accept if !is_corrected => MailDecision::Accepted,
        _ => MailDecision::Changed,
    };
    let is_same_application = message.jobapp_id.map(Target::Existing) == Some(target);
    let application = if is_same_application && corrected.kind == message.kind {
        if is_corrected || message.decision == MailDecision::Automatic {
            let mut changes = row.changes();
            if corrected.company != message.company && changes.read_company.is_none() {
                changes.read_company.clone_from(&message.company);
            }
            let link = MessageLink {
                message: message.id,
                application: message.jobapp_id,
                decision,
                changes: Some(changes),
            };
            messages::set_matched(tx, &[link]).await?;
        }
        message.jobapp_id
    } else {
        undo(services, caller, tx, row, decision).await?;
        let existing = match target {
            Target::Existing(id) => {
                // Undoing may have deleted the application that the message had created.
                find_application(tx, id).await?.ok_or_else(Error::not_found)?;
                Some(id)
            }
            Target::New => {
                limits::check_applications(services, tx).await?;
                None
            }
        };
        let asked = asked(row, &message);
        apply_decision(services, caller, tx, &corrected, existing, decision, asked).await?
    };
    let application = match application {
        Some(id) => find_application(tx, id).await?,
        None => None,
    };
    let Some(application) = application else {
        return Ok(());
    };
    let application = set_stated_names(services, tx, application, request).await?;
    if request.remember {
        remember(services, tx, &message, &application).await?;
        apply_review(services, caller, tx, caller.via).await?;
    }
    Ok(())
}

/// The reading of a message that was in review before this decision, or before an earlier one.
fn asked(row: &InboxRow, message: &Message) -> Option<Box<Reading>> {
    let is_waiting = message.decision == MailDecision::Review;
    let reading = || Reading {
        kind: message.kind,
        company: message.company.clone(),
        job_title: message.job_title.clone(),
    };
    let changes = row.changes();
    match changes.dismissed {
        Some(dismissal) if dismissal.decision == MailDecision::Review => Some(Box::new(reading())),
        Some(dismissal) => dismissal.changes.asked,
        None => changes.asked.or_else(|| is_waiting.then(|| Box::new(reading()))),
    }
}

fn corrected(mut message: UnmatchedMessage, request: &MailDecisionRequest) -> UnmatchedMessage {
    if request.company.is_some() {
        message.company.clone_from(&request.company);
    }
    if request.job_title.is_some() {
        message.title.clone_from(&request.job_title);
    }
    message.kind = request.kind.unwrap_or(message.kind);
    message
}

async fn find_target(
    tx: &mut TenantTx,
    message: &Message,
    corrected: &UnmatchedMessage,
    request: &MailDecisionRequest,
    has_created: bool,
) -> Result<Target, Error> {
    if let Some(id) = request.jobapp_id {
        find_application(tx, id).await?.ok_or_else(Error::not_found)?;
        return Ok(Target::Existing(id));
    }
    let has_name = corrected.company.is_some() || corrected.title.is_some();
    if request.is_new {
        // The same decision again: returns the application that the message has created.
        if let (Some(id), true) = (message.jobapp_id, has_created) {
            return Ok(Target::Existing(id));
        }
        return if has_name {
            Ok(Target::New)
        } else {
            let detail = "Enter the company or the job title.";
            Err(ApiError::field("company", FieldCode::Required, detail).into())
        };
    }
    if let Some(id) = message.jobapp_id {
        return Ok(Target::Existing(id));
    }
    let review = review_messages(tx, std::slice::from_ref(corrected)).await?.pop();
    let suggestion = review.map(|r| r.suggestion);
    match suggestion.map(|s| (s.action, s.jobapp_id)) {
        Some((SuggestedAction::Update, Some(id))) => Ok(Target::Existing(id)),
        Some((SuggestedAction::Create, _)) => Ok(Target::New),
        _ => {
            let detail = "Choose an application, or add a new one with a company or a job title.";
            Err(ApiError::field("jobapp_id", FieldCode::Required, detail).into())
        }
    }
}

/// Also applies names stated by the user to the application.
async fn set_stated_names(
    services: &Services,
    tx: &mut TenantTx,
    mut application: JobApplication,
    request: &MailDecisionRequest,
) -> Result<JobApplication, Error> {
    let mut edited = Vec::new();
    if request.company.is_some() && application.company != request.company {
        application.company.clone_from(&request.company);
        edited.push("company");
    }
    if request.job_title.is_some() && application.job_title != request.job_title {
        application.job_title.clone_from(&request.job_title);
        edited.push("job_title");
    }
    if !edited.is_empty() {
        set_names(tx, &application, &edited, services.clock.now()).await?;
    }
    Ok(application)
}

/// Saves a sender rule: later email of the sender is about this company.
async fn remember(
    services: &Services,
    tx: &mut TenantTx,
    message: &Message,
    application: &JobApplication,
) -> Result<(), Error> {
    let sender = message.sender.to_lowercase();
    match &application.company {
        Some(company) => {
            let rule = SenderRule {
                sender,
                is_ignored: false,
                company: Some(company.clone()),
            };
            sender_rules::save(tx, services.id(), &rule, services.clock.now()).await
        }
        // Without a company, only deletes an earlier rule, which may ignore the sender.
        None => sender_rules::delete(tx, &sender).await,
    }
}
