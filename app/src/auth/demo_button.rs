//! Opens the demo.

use super::api::try_demo::TryDemo;
use crate::{
    server::flash,
    ui::{ButtonKind, FormError, SubmitButton},
};
use leptos::{prelude::*, server_fn::ServerFn as _};

/// Creates a demo workspace and opens its board.
#[component]
pub fn DemoButton(
    /// Whether this is the page's primary button.
    #[prop(optional)]
    primary: bool,
) -> impl IntoView {
    let error = Signal::stored(flash::error_for("auth/try_demo"));
    let kind = if primary {
        ButtonKind::Primary
    } else {
        ButtonKind::Line
    };
    view! {
        <form method="post" action=TryDemo::url()>
            // Filled in by the page script.
            <input type="hidden" name="time_zone" />
            <SubmitButton label="Try the demo" pending_label="Creating your demo" kind />
            <FormError error />
        </form>
    }
    .into_any()
}

/// Creates a demo organization and opens its coach's list of clients. An error is shown next to the first demo button.
#[component]
pub fn OrganizationDemoButton() -> impl IntoView {
    view! {
        <form method="post" action=TryDemo::url()>
            // Filled in by the page script.
            <input type="hidden" name="time_zone" />
            <input type="hidden" name="kind" value="organization" />
            <SubmitButton
                label="Try it as a coach"
                pending_label="Creating your demo"
                kind=ButtonKind::Line
            />
        </form>
    }
    .into_any()
}

/// Offers the demo below the forms for signing in.
#[component]
pub fn DemoOffer() -> impl IntoView {
    view! {
        "Just looking?"
        <DemoButton />
    }
}
