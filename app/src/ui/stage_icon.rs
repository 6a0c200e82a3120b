//! Icons of stages and outcomes, so that color is never the only indicator.

use domain::jobapps::{Outcome, StageKind};
use leptos::prelude::*;

/// A square that is filled further with each stage.
#[component]
pub fn StageIcon(
    kind: StageKind,
    /// The stage kind or outcome that determines the color; by default `kind`.
    #[prop(optional)]
    color: Option<&'static str>,
) -> impl IntoView {
    let filled = match kind {
        StageKind::ToApply => None,
        StageKind::Applied => Some(("9.13", "2.12")),
        StageKind::Screening => Some(("7", "4.25")),
        StageKind::Interview => Some(("4.88", "6.37")),
        StageKind::Offer => Some(("2.75", "8.5")),
    };
    view! {
        <svg class="stage-icon" viewBox="0 0 14 14" aria-hidden="true" data-kind=color.unwrap_or_else(|| kind.as_str())>
            <rect
                x="1"
                y="1"
                width="12"
                height="12"
                rx="3"
                fill="none"
                stroke="currentColor"
                stroke-width="1.5"
                stroke-dasharray=(kind == StageKind::ToApply).then_some("2.4 2")
            ></rect>
            {filled
                .map(|(y, height)| {
                    view! { <rect x="2.75" y=y width="8.5" height=height rx="1.25" fill="currentColor"></rect> }
                })}
        </svg>
    }
}

/// A cross, an arrow back, three dots, a dash, or a check mark.
#[component]
pub fn OutcomeIcon(outcome: Outcome) -> impl IntoView {
    let path = match outcome {
        Outcome::Rejected => "M4.2 4.2l5.6 5.6M9.8 4.2l-5.6 5.6",
        Outcome::Withdrawn => "M9.8 9.6V7.4a2 2 0 0 0-2-2H4.4M6.2 3.4 4.2 5.4l2 2",
        Outcome::Ghosted => "M3.6 7h.01M7 7h.01M10.4 7h.01",
        Outcome::Cancelled => "M3.6 7h6.8",
        Outcome::Accepted => "M3.6 7.4l2.4 2.4 4.6-5.2",
    };
    view! {
        <svg class="stage-icon" viewBox="0 0 14 14" aria-hidden="true" data-kind=outcome.as_str()>
            <path
                d=path
                fill="none"
                stroke="currentColor"
                stroke-width="1.8"
                stroke-linecap="round"
                stroke-linejoin="round"
            ></path>
        </svg>
    }
}
