//! Why an email was read as it was.

use crate::{
    jobapps::emails::Explanation,
    ui::{Icon, IconSize, Lucide},
};
use domain::inbox::MailExplanation;
use leptos::prelude::*;

/// The words that decided.
#[component]
pub fn ExplanationDetails(
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
