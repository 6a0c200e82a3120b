//! What stands in the place of something that could not be had.

use super::{Icon, Lucide};
use crate::{error::Fail, status::respond_with};
use domain::{ErrorCode, routes::Route};
use leptos::prelude::*;

/// The sentence of an error, with the next step: sign in, or load again.
#[component]
pub fn Problem(
    /// What went wrong.
    fail: Fail,
) -> impl IntoView {
    respond_with(fail.0.code);
    let next = match fail.0.code {
        ErrorCode::Unauthorized => (Route::SignIn(None).to_string(), "Sign in"),
        ErrorCode::NotFound | ErrorCode::Forbidden => (Route::Home.to_string(), "Go to your board"),
        _ => (String::new(), "Load again"),
    };
    view! {
        <section class="empty grow">
            <h2>{fail.0.code.title()}</h2>
            <p>{fail.0.detail}</p>
            // Another document on purpose: what went wrong may lie in this one.
            <a class="btn btn-line btn-sm" rel="external" href=next.0>
                {next.1}
            </a>
        </section>
    }
}

/// That a form was taken.
#[component]
pub fn Taken(
    /// Whether it was.
    #[prop(into)]
    when: Signal<bool>,
    /// What that means.
    text: &'static str,
) -> impl IntoView {
    view! {
        <div role="status">
            {move || {
                when.get()
                    .then(|| {
                        view! {
                            <p class="form-done">
                                <Icon of=Lucide::Check />
                                <span>{text}</span>
                            </p>
                        }
                    })
            }}
        </div>
    }
}

/// Why a form was refused, where no single field is the cause.
#[component]
pub fn Refused(
    /// The error, if there is one.
    #[prop(into)]
    fail: Signal<Option<Fail>>,
) -> impl IntoView {
    move || {
        fail.get().filter(|fail| fail.0.errors.is_empty()).map(|fail| {
            view! {
                <p class="form-error" role="alert">
                    <Icon of=Lucide::CircleAlert />
                    <span>{fail.0.detail}</span>
                </p>
            }
        })
    }
}
