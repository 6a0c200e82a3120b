//! Email for the demo data. It goes through the same code as real email, so that its explanations are real.

use super::{
    apply::{apply_matches, apply_review},
    mail_reader,
    queries::{
        imports,
        messages::{self, MessageRow},
    },
};
use crate::{Error, Services, context::Caller, jobapps::demo_data::DemoApplication, platform::db::TenantTx};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    ImportId, MailboxId,
    jobapps::{EventSource, StageKind},
    mail::ImportState,
};
use mail_reader::ParsedMessage;

/// An email to generate.
struct SampleMessage {
    sent_at: DateTime<Utc>,
    from: String,
    subject: String,
    text: String,
}

impl SampleMessage {
    /// The raw message (RFC 5322).
    fn to_raw(&self, index: usize) -> Vec<u8> {
        let date = self.sent_at.to_rfc2822();
        format!(
            "From: {from}\r\nTo: Mara Lindqvist <mara@demo.example>\r\nDate: {date}\r\nMessage-ID: <{index}.demo@mail.example>\r\n\
             Subject: {subject}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n",
            from = self.from,
            subject = self.subject,
            text = self.text.replace('\n', "\r\n"),
        )
        .into_bytes()
    }
}

/// Adds emails about these applications, and some that need a decision by the user, in the caller's transaction.
pub(crate) async fn seed_demo_email(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    applications: &[DemoApplication],
) -> Result<(), Error> {
    let now = services.clock.now();
    let messages = read(sample_messages(applications, now), now).await?;
    let rows: Vec<MessageRow> = messages
        .into_iter()
        .map(|message| MessageRow::new(services.id(), message))
        .collect();
    let mailbox = imports::upsert_upload_mailbox(tx, services.id::<MailboxId>(), now).await?;
    let import: ImportId = services.id();
    imports::insert_import(tx, import, mailbox, &[], false, now).await?;
    let relevant = messages::insert_messages(tx, mailbox, import.into(), &rows, now).await?;
    let seen = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let mut progress = imports::Progress {
        is_storing_done: true,
        seen,
        ignored: seen - relevant,
        ..imports::Progress::default()
    };
    while let Some(report) = apply_matches(services, caller, tx, import.into(), EventSource::Import).await? {
        progress.ignored += report.ignored;
        progress.created += report.created;
        progress.updated += report.updated;
    }
    apply_review(services, caller, tx, EventSource::Import).await?;
    imports::add_progress(tx, import, &progress, now).await?;
    imports::end_import(tx, import, ImportState::Done, &[], now).await
}

/// Parses the messages on a blocking thread, because the first call compiles the rulesets.
async fn read(samples: Vec<SampleMessage>, now: DateTime<Utc>) -> Result<Vec<ParsedMessage>, Error> {
    let read = move || {
        let reader = mail_reader()?;
        samples
            .iter()
            .enumerate()
            .map(|(index, sample)| {
                reader
                    .read(&sample.to_raw(index), b"", now)
                    .map_err(|e| Error::Internal(format!("demo email {index}: {e:?}")))
            })
            .collect()
    };
    tokio::task::spawn_blocking(read)
        .await
        .map_err(|e| Error::Internal(format!("reading demo email: {e}")))?
}

fn sample_messages(applications: &[DemoApplication], now: DateTime<Utc>) -> Vec<SampleMessage> {
    let about = applications.iter().flat_map(|application| {
        application
            .stages
            .iter()
            .filter_map(|(kind, at)| message_about(application, *kind, *at))
    });
    about.chain(other_messages(now)).collect()
}

/// The employer's email for the stage that the application reached.
fn message_about(
    application: &DemoApplication,
    stage: StageKind,
    sent_at: DateTime<Utc>,
) -> Option<SampleMessage> {
    let (company, title) = (&application.company, &application.job_title);
    let (subject, text) = match stage {
        StageKind::ToApply => return None,
        StageKind::Applied => (
            format!("Thank you for applying to {company}"),
            format!(
                "Hi Mara,\n\nThank you for applying for the {title} position at {company}. We have received your application and \
                 our team is reviewing it. We will get back to you as soon as we can.\n\nBest regards,\nThe {company} hiring team"
            ),
        ),
        StageKind::Screening => (
            format!("Next step: online assessment for {title} at {company}"),
            format!(
                "Hi Mara,\n\nThank you for your application for the {title} position. As the next step, please complete our online \
                 assessment within five days. It takes about an hour.\n\nBest regards,\n{company} Talent Team"
            ),
        ),
        StageKind::Interview => (
            format!("Interview invitation: {title} at {company}"),
            format!(
                "Hi Mara,\n\nWe enjoyed our conversation and would like to invite you to an onsite interview for the {title} \
                 position at {company}. You will meet three people of the team.\n\nKind regards,\n{company} Talent Team"
            ),
        ),
        StageKind::Offer => (
            format!("Your offer from {company}"),
            format!(
                "Dear Mara,\n\nWe are delighted to offer you the position of {title} at {company}. Please find the details of \
                 your offer attached, and let us know by the end of the week whether you accept.\n\nKind regards,\n{company}"
            ),
        ),
    };
    let domain: String = company
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_lowercase();
    Some(SampleMessage {
        sent_at,
        from: format!("{company} Careers <careers@{domain}.example>"),
        subject,
        text,
    })
}

/// Emails that need a decision, and emails that are not about applications.
fn other_messages(now: DateTime<Utc>) -> Vec<SampleMessage> {
    let message = |hours: i64, from: &str, subject: &str, text: &str| SampleMessage {
        sent_at: now - TimeDelta::hours(hours),
        from: from.into(),
        subject: subject.into(),
        text: text.into(),
    };
    vec![
        message(
            7,
            "Priya Nair <priya.nair@larchfield.example>",
            "Your application",
            "Hi Mara,\n\nthanks for your patience. Unfortunately we have decided not to move forward with your application.\n\n\
             All the best,\nPriya",
        ),
        message(
            26,
            "Ostrava Labs <people@ostravalabs.example>",
            "Next steps",
            "Hello Mara,\n\nwe liked your application and would like to invite you to a coding challenge. You will find the link \
             below. Please complete it within five days.\n\nOstrava Labs",
        ),
        message(
            31,
            "Job alerts <alerts@jobboard.example>",
            "12 new data analyst jobs in Berlin",
            "12 new jobs match your search \"data analyst\" in Berlin.\n\nData Analyst, Hearth Homes\nSenior Analyst, Fernway\n\n\
             See all jobs. You receive this email because you created a job alert. Unsubscribe.",
        ),
        message(
            52,
            "Railway tickets <service@trains.example>",
            "Your booking confirmation",
            "Thank you for your booking. Berlin to Hamburg, one adult, second class. Please find your ticket attached.",
        ),
    ]
}
