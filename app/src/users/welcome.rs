//! What the pages before sign-in share.

use super::api::try_demo::TryDemo;
use crate::{
    error::Fail,
    flash,
    jobapps::{CompanyMark, MarkSize, StageGlyph},
    ui::{Refused, Submit, SubmitKind},
};
use domain::jobapps::StageKind;
use leptos::{prelude::*, server_fn::ServerFn};

/// The sign of the house.
#[component]
pub fn Logo(
    /// Edge in pixels.
    #[prop(default = 22)]
    edge: u32,
) -> impl IntoView {
    view! {
        <svg width=edge height=edge viewBox="0 0 24 24" aria-hidden="true">
            <rect width="24" height="24" rx="6" fill="var(--color-primary)"></rect>
            <g fill="var(--color-primary-content)">
                <rect x="5.5" y="6" width="3" height="12" rx="1.5" opacity=".55"></rect>
                <rect x="10.5" y="6" width="3" height="8.5" rx="1.5" opacity=".8"></rect>
                <rect x="15.5" y="6" width="3" height="5" rx="1.5"></rect>
            </g>
        </svg>
    }
}

/// The name of the house, with the way to its front door.
#[component]
pub fn Wordmark() -> impl IntoView {
    view! {
        <a class="word" href="/">
            <Logo />
            "JobHax"
        </a>
    }
}

/// What the last answer of a form was: of the script's call, or of the call that led to this page.
pub fn answer_of<S>(action: ServerAction<S>, first: Option<Fail>) -> Signal<Option<Fail>>
where
    S: ServerFn<Error = Fail> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    Signal::derive(move || match action.value().get() {
        Some(answer) => answer.err(),
        None if action.pending().get() => None,
        None => first.clone(),
    })
}

/// Whether a form was taken: by the script's call, or by the call that led to this page.
pub fn taken<S>(action: ServerAction<S>, about: &'static str) -> Signal<bool>
where
    S: ServerFn<Error = Fail> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let first = flash::went_well(about);
    Signal::derive(move || match action.value().get() {
        Some(answer) => answer.is_ok(),
        None => first && !action.pending().get(),
    })
}

/// The sentence that belongs beside a field.
pub fn of_field(fail: Signal<Option<Fail>>, name: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || {
        fail.read()
            .as_ref()
            .and_then(|fail| fail.0.for_field(name).map(ToOwned::to_owned))
    })
}

/// One press to a board full of made-up applications.
#[component]
pub fn DemoButton(
    /// Whether it is the one filled button of the page.
    #[prop(optional)]
    primary: bool,
) -> impl IntoView {
    let action = ServerAction::<TryDemo>::new();
    let first = flash::refusal("users/try_demo")
        .and_then(|flash| flash.error)
        .map(Fail);
    let fail = answer_of(action, first);
    let kind = if primary {
        SubmitKind::Primary
    } else {
        SubmitKind::Line
    };
    view! {
        <ActionForm action=action>
            <Submit label="Try the demo" busy_label="Making your demo" busy=action.pending() kind />
            <Refused fail />
        </ActionForm>
    }
    .into_any()
}

/// The quiet side of the pages for signing in: one application from the first link to the offer.
#[component]
pub fn Example() -> impl IntoView {
    let steps = [
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
            "from a mail, “Thank you for applying to Orchard”",
            "19 Oct",
        ),
    ];
    let step = |(kind, said, why, day): (StageKind, _, _, _)| {
        view! {
            <li>
                <span class="tl-dot" data-kind=kind.as_str()>
                    <StageGlyph kind />
                </span>
                <div>
                    {said} <b>{kind.first_name()}</b> <p>{why}</p>
                </div>
                <span class="text-xs text-ink-3 num pt-0.5">{day}</span>
            </li>
        }
    };
    view! {
        <aside class="auth-side" aria-label="An example">
            <div>
                <p class="imp-lead mb-7 text-balance">
                    "Each application, from the receipt in your mailbox to the offer, on one card."
                </p>
                <div class="surface px-5 pt-4 pb-1">
                    <div class="flex gap-3 items-center mb-4">
                        <CompanyMark name="Orchard Software" size=MarkSize::Medium />
                        <div>
                            <b class="block">"Senior Product Analyst"</b>
                            <span class="text-ink-3">"Orchard Software"</span>
                        </div>
                    </div>
                    <ol class="tl">{steps.into_iter().map(step).collect_view()}</ol>
                </div>
            </div>
        </aside>
    }
    .into_any()
}

/// The frame of the pages for signing in.
#[component]
pub fn Welcome(
    /// Whether whoever is here has an account already, and needs no demo.
    #[prop(optional)]
    known: bool,
    /// The form.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="auth">
            <main class="auth-form" id="main" tabindex="-1">
                <div>
                    <Wordmark />
                </div>
                <div class="auth-box">{children()}</div>
                <div class="auth-foot">
                    {(!known)
                        .then(|| {
                            view! {
                                "Just looking?"
                                <DemoButton />
                            }
                        })}
                </div>
            </main>
            <Example />
        </div>
    }
    .into_any()
}
