//! The frame of the pages before sign-in.

use crate::ui::{AvatarSize, CompanyAvatar, StageIcon, Wordmark};
use domain::jobapps::StageKind;
use leptos::prelude::*;

/// A form on one side and an example application on the other.
#[component]
pub fn AuthLayout(
    /// The links below the form.
    #[prop(optional, into)]
    footer: ViewFn,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="auth-layout">
            <main class="auth-main" id="main" tabindex="-1">
                <div>
                    <Wordmark />
                </div>
                <div class="auth-box">{children()}</div>
                <div class="auth-footer">{footer.run()}</div>
            </main>
            <ExampleApplication />
        </div>
    }
    .into_any()
}

#[component]
fn ExampleApplication() -> impl IntoView {
    let events = [
        (StageKind::Offer, "Moved to ", "by you", "21 Nov"),
        (StageKind::Interview, "Moved to ", "by you, after 9 days", "5 Nov"),
        (
            StageKind::Screening,
            "Moved to ",
            "by you, after 8 days",
            "27 Oct",
        ),
        (
            StageKind::Applied,
            "Added to ",
            "from an email, “Thank you for applying to Orchard”",
            "19 Oct",
        ),
    ];
    let event = |(kind, action, reason, date): (StageKind, _, _, _)| {
        view! {
            <li>
                <span class="timeline-dot" data-kind=kind.as_str()>
                    <StageIcon kind />
                </span>
                <div>
                    {action} <b>{kind.default_name()}</b> <p>{reason}</p>
                </div>
                <span class="text-xs text-ink-3 num pt-0.5">{date}</span>
            </li>
        }
    };
    view! {
        <aside class="auth-aside" aria-label="An example">
            <div>
                <p class="lead mb-7 text-balance">
                    "Every application on one card, from the confirmation email to the offer."
                </p>
                <div class="surface px-5 pt-4 pb-1">
                    <div class="flex gap-3 items-center mb-4">
                        <CompanyAvatar name="Orchard Software" size=AvatarSize::Medium />
                        <div>
                            <b class="block">"Senior Product Analyst"</b>
                            <span class="text-ink-3">"Orchard Software"</span>
                        </div>
                    </div>
                    <ol class="timeline">{events.into_iter().map(event).collect_view()}</ol>
                </div>
            </div>
        </aside>
    }
    .into_any()
}
