//! Explains how JobHax interpreted an email.

use crate::{
    jobapps::emails::Explanation,
    ui::{Icon, IconSize, Lucide},
};
use domain::inbox::MailExplanation;
use leptos::prelude::*;

/// A disclosure with the words that the interpretation is based on.
#[component]
pub fn ExplanationDetails(
    /// The id of the element.
    #[prop(optional)]
    id: Option<&'static str>,
    /// The rule that matched, and the matched words.
    explanation: MailExplanation,
    /// The company found in the email.
    company: Option<String>,
    /// The job title found in the email.
    title: Option<String>,
    /// Whether the disclosure is open initially.
    is_open: bool,
) -> impl IntoView {
    view! {
        <details class="mail-why" id=id open=is_open>
            <summary>
                <Icon of=Lucide::ChevronRight size=IconSize::Small />
                "Why"
            </summary>
            <Explanation explanation company title />
        </details>
    }
    .into_any()
}
