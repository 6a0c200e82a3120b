//! Decides about an email.
#![expect(clippy::too_many_arguments, reason = "one parameter per form field")]

use crate::error::AppError;
use domain::{MailMessageId, mail::MessageKind};
use leptos::prelude::*;

/// The value of `choice` for a new application.
pub const NEW_APPLICATION: &str = "new";
/// The value of `choice` for the application named in the field `other`.
pub const OTHER_APPLICATION: &str = "other";
/// The value of `choice` for email that is not about an application.
pub const NOT_AN_APPLICATION: &str = "none";

/// Adds the email to the chosen application or to a new one, or ignores it. `suggested` is the choice that JobHax suggested,
/// `read_as` is the kind that it detected, and `query` is the query of the next page.
#[server(prefix = "/_fn", endpoint = "inbox/decide")]
pub async fn decide(
    slug: String,
    mail_id: MailMessageId,
    #[server(default)] query: String,
    #[server(default)] choice: String,
    #[server(default)] other: String,
    #[server(default)] suggested: String,
    #[server(default)] company: String,
    #[server(default)] job_title: String,
    #[server(default)] kind: Option<MessageKind>,
    #[server(default)] read_as: Option<MessageKind>,
    #[server(default)] remember: Option<String>,
) -> Result<(), AppError> {
    use crate::{
        inbox::{
            choices::{find_choice, load_choices},
            labels::decision_text,
            page::InboxQuery,
        },
        server::{
            context::require_workspace,
            flash::MailNotice,
            respond::{mail_done, respond_form},
        },
    };
    use domain::inbox::{DecideMailInput, MailChoice};
    let action = "inbox/decide";
    let (services, caller) = require_workspace(&slug).await?;
    let query = InboxQuery::parse_text(&query);
    // Without JavaScript, typing a name does not select the radio button `other`.
    let choice = if choice == suggested && !other.trim().is_empty() {
        OTHER_APPLICATION.to_owned()
    } else {
        choice
    };
    let is_new = choice == NEW_APPLICATION;
    let corrected_kind = kind.filter(|kind| Some(*kind) != read_as);
    let stated = |text: &str| (is_new && !text.trim().is_empty()).then(|| text.to_owned());
    let rejected = query.route(slug.clone(), Some(mail_id));
    let mail = mail_id.to_string();
    let form_values = [
        ("mail_id", mail.as_str()),
        ("choice", &choice),
        ("other", &other),
        ("company", &company),
        ("job_title", &job_title),
    ];
    let jobapp_id = if choice == OTHER_APPLICATION {
        let choices = load_choices(&services, &caller).await;
        let found = choices.and_then(|choices| find_choice(&choices, &other).map_err(Into::into));
        Some(respond_form(action, &rejected, &form_values, found)?)
    } else {
        choice.parse().ok()
    };
    let mut input = DecideMailInput {
        mail_id,
        decision: MailChoice::Change,
        jobapp_id,
        new: is_new,
        company: stated(&company),
        job_title: stated(&job_title),
        kind: corrected_kind,
        remember: remember.is_some(),
    };
    if choice == NOT_AN_APPLICATION {
        input.decision = MailChoice::NotAnApplication;
    } else if choice == suggested && !is_new && corrected_kind.is_none() {
        input = DecideMailInput {
            decision: MailChoice::Accept,
            jobapp_id: input.jobapp_id,
            ..input
        };
    }
    let result = service::mail::decide_mail(&services, &caller, input).await;
    let decided = respond_form(action, &rejected, &form_values, result)?;
    let notice = MailNotice {
        text: decision_text(&decided),
        mail_id,
        is_undoable: true,
    };
    mail_done(action, &query.route(slug, query.mail), notice);
    Ok(())
}
