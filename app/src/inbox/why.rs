//! Why an email was read as it was.

use crate::ui::{Icon, IconSize, Lucide};
use domain::inbox::{MailExplanation, MatchedWords};
use leptos::prelude::*;

/// The words that decided.
#[component]
pub fn Why(
    /// The id of the element.
    #[prop(optional)]
    id: Option<&'static str>,
    /// What the email was read by.
    explanation: MailExplanation,
    /// The company that was read.
    company: Option<String>,
    /// The job title that was read.
    title: Option<String>,
    /// Whether the words are shown at first.
    is_open: bool,
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
        <details class="mail-why" id=id open=is_open>
            <summary>
                <Icon of=Lucide::ChevronRight size=IconSize::Small />
                "Why"
            </summary>
            <dl>
                {row("Matched words", None, words("kind"))}
                {row("Company", company.or_else(unknown), words("company"))}
                {row("Job title", title.or_else(unknown), words("title"))}
                <dt>"Rule"</dt>
                <dd>{format!("{}, ruleset {} version {}", explanation.rule, explanation.pack, explanation.pack_version)}</dd>
            </dl>
        </details>
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
