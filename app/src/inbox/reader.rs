//! One email: how JobHax interpreted it and why, the result, and the form for the decision.

use super::{choices::Choice, explanation::ExplanationDetails, form::DecisionForm, labels::kind_phrase};
use crate::{
    jobapps::emails::{sender_name, subject},
    layout::use_workspace,
    ui::{CompanyAvatar, Icon, IconSize, Lucide},
};
use chrono::NaiveDateTime;
use domain::{
    inbox::MailDetail,
    jobapps::JobApplication,
    mail::MailDecision,
    routes::{ApplicationPage, Route},
};
use leptos::prelude::*;

/// An email with its time in the user's time zone.
pub struct ReaderData {
    /// When it was sent.
    pub sent_at: NaiveDateTime,
    pub detail: MailDetail,
    /// Other applications that the email could belong to.
    pub others: Vec<Choice>,
}

#[component]
pub fn Reader(
    slug: String,
    /// The query of this page without the selected email.
    here: String,
    /// The query of this page with the next email selected.
    next: String,
    data: ReaderData,
) -> impl IntoView {
    let MailDetail {
        mail,
        explanation,
        candidates,
        suggestion,
    } = data.detail;
    let application = mail
        .jobapp_id
        .and_then(|id| candidates.iter().find(|c| c.id == id).cloned());
    let is_undoable = mail.jobapp_id.is_some() || mail.decision == MailDecision::Dismissed;
    let is_question = mail.decision == MailDecision::Review;
    let undo = is_undoable.then(|| {
        view! {
            <form method="post" action="/_fn/inbox/undo" id="undo-mail">
                <input type="hidden" name="slug" value=slug.clone() />
                <input type="hidden" name="mail_id" value=mail.id.to_string() />
                <input type="hidden" name="query" value=here />
                <button class="btn btn-line btn-sm" type="submit">
                    <Icon of=Lucide::Undo size=IconSize::Small />
                    "Undo"
                </button>
            </form>
        }
    });
    let form =
        view! { <DecisionForm slug next mail=mail.clone() candidates others=data.others suggestion /> };
    view! {
        <article class="mail-article">
            <p class="text-ink-3 text-xs">{data.sent_at.format("%A %-d %B %Y, %H:%M").to_string()}</p>
            <h2>{subject(&mail)}</h2>
            <p class="text-ink-2 mail-sender">{mail.sender.clone()}</p>
            <div class="mail-reading">
                <div class="mail-reading-header">
                    <b>{format!("We read this as {}", kind_phrase(mail.kind))}</b>
                    <span class="text-xs text-ink-3 num">{format!("{:.0}% sure", mail.confidence * 100.0)}</span>
                </div>
                <ExplanationDetails id="why" explanation company=mail.company.clone() title=mail.job_title.clone() is_open=is_question />
            </div>
            <MailResult decision=mail.decision application undo=undo.into_any() sender=sender_name(&mail.sender).to_owned() />
            {if is_question {
                form.into_any()
            } else {
                view! {
                    <details class="mail-change" open=mail.decision == MailDecision::Undone>
                        <summary>
                            <Icon of=Lucide::ChevronRight size=IconSize::Small />
                            "Change this decision"
                        </summary>
                        {form}
                    </details>
                }
                    .into_any()
            }}
            <p class="text-xs text-ink-3 mail-privacy">
                <Icon of=Lucide::FileText size=IconSize::Small />
                "JobHax doesn't keep the email itself, only what you see here."
            </p>
        </article>
    }
    .into_any()
}

/// What JobHax did with the email.
#[component]
fn MailResult(
    decision: MailDecision,
    application: Option<JobApplication>,
    undo: AnyView,
    sender: String,
) -> impl IntoView {
    let workspace = use_workspace();
    let text = match decision {
        MailDecision::Review => return ().into_any(),
        MailDecision::Automatic => "Added automatically to",
        MailDecision::Accepted | MailDecision::Changed => "You added it to",
        MailDecision::Undone => "You undid what this email changed.",
        MailDecision::Dismissed => "You marked it as not about an application.",
        MailDecision::Ignored => "JobHax changed nothing, because it is not about an application of yours.",
    };
    let card = application.map(|application| {
        let company = application.company_label().to_owned();
        let page = Route::Application(workspace.slug.clone(), application.id, ApplicationPage::Overview);
        view! {
            <a class="mail-application" href=page.to_string()>
                <CompanyAvatar name=company.clone() />
                <span>
                    <b>{application.title_label().to_owned()}</b>
                    <small>{format!("{company}, {}", application.application_status.value)}</small>
                </span>
            </a>
        }
    });
    view! {
        <div class="mail-result" data-sender=sender>
            <p>{text}</p>
            {card}
            {undo}
        </div>
    }
    .into_any()
}
