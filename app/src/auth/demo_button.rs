//! Opens the demo.

use super::api::try_demo::TryDemo;
use crate::{
    server::flash,
    ui::{ButtonKind, FormError, SubmitButton, action_error},
};
use leptos::prelude::*;

/// Creates a demo workspace and goes to its board.
#[component]
pub fn DemoButton(
    /// Whether it is the primary button of the page.
    #[prop(optional)]
    primary: bool,
) -> impl IntoView {
    let action = ServerAction::<TryDemo>::new();
    let error = action_error(action, flash::error_for("auth/try_demo"));
    let kind = if primary {
        ButtonKind::Primary
    } else {
        ButtonKind::Line
    };
    view! {
        <ActionForm action=action>
            <SubmitButton label="Try the demo" pending_label="Creating your demo" pending=action.pending() kind />
            <FormError error />
        </ActionForm>
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
