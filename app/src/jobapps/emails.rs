//! Texts about emails, and the explanation of their interpretation.

use domain::{
    inbox::{MailExplanation, MatchedWords},
    mail::{Message, MessageKind},
};
use leptos::prelude::*;

pub const fn kind_name(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Confirmation => "Confirmation",
        MessageKind::Viewed => "Application viewed",
        MessageKind::Rejection => "Rejection",
        MessageKind::Interview => "Interview invitation",
        MessageKind::Assessment => "Assessment",
        MessageKind::Offer => "Offer",
        MessageKind::OnHold => "On hold",
        MessageKind::Cancelled => "Job cancelled",
        MessageKind::Withdrawn => "Withdrawal",
        MessageKind::Referral => "Referral",
        MessageKind::Recruiter => "Recruiter",
        MessageKind::Alert => "Job alert",
        MessageKind::Other => "Something else",
    }
}

/// The sender's display name, or the address if there is no name.
pub fn sender_name(sender: &str) -> &str {
    match sender.rsplit_once(" <") {
        Some((name, _)) if !name.trim().is_empty() => name.trim(),
        _ => sender.trim_matches(['<', '>', ' ']),
    }
}

/// The subject, or a placeholder for an empty one.
pub fn subject(mail: &Message) -> String {
    if mail.subject.trim().is_empty() {
        "(no subject)".to_owned()
    } else {
        mail.subject.clone()
    }
}

/// The rule that matched, and the matched words.
#[component]
pub fn Explanation(
    /// The rule that matched, and the matched words.
    explanation: MailExplanation,
    /// The company found in the email.
    company: Option<String>,
    /// The job title found in the email.
    title: Option<String>,
) -> impl IntoView {
    let words = |what: &str| -> Vec<MatchedWords> {
        explanation
            .words
            .iter()
            .filter(|words| words.explains == what)
            .cloned()
            .collect()
    };
    let row = |label: &'static str, read: Option<String>, words: Vec<MatchedWords>| {
        view! {
            <dt>{label}</dt>
            <dd>
                {read.map(|read| view! { <b>{read}</b> })}
                {words
                    .into_iter()
                    .map(|words| {
                        view! {
                            <span class="mail-words">
                                <mark>{words.text}</mark>
                                <small>{part_name(&words.part)}</small>
                            </span>
                        }
                    })
                    .collect_view()}
            </dd>
        }
    };
    let unknown = || Some("not named".to_owned());
    view! {
        <dl>
            {row("Matched words", None, words("kind"))}
            {row("Company", company.or_else(unknown), words("company"))}
            {row("Job title", title.or_else(unknown), words("title"))}
            <dt>"Rule"</dt>
            <dd>{format!("{}, ruleset {} version {}", explanation.rule, explanation.pack, explanation.pack_version)}</dd>
        </dl>
    }
    .into_any()
}

fn part_name(part: &str) -> &'static str {
    match part {
        "header" => "in a header",
        "subject" => "in the subject",
        "sender" => "in the sender",
        _ => "in the text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sender_is_named_without_address() {
        for (sender, name) in [
            ("Moss <jobs@moss.example>", "Moss"),
            ("jobs@moss.example", "jobs@moss.example"),
            (" <jobs@moss.example>", "jobs@moss.example"),
        ] {
            assert_eq!(sender_name(sender), name);
        }
    }
}
