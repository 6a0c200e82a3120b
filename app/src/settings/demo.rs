//! The section that a demo account sees instead of sign-in methods.

use super::Section;
use domain::routes::Route;
use leptos::prelude::*;

/// Explains that the account is temporary.
#[component]
pub fn DemoSection() -> impl IntoView {
    view! {
        <Section id="demo" title="Demo" description="A temporary account with sample applications.">
            <p>"This demo is deleted after a day. It has no email address and no password."</p>
            <p>
                <a class="btn btn-line" href=Route::Register(None).to_string()>
                    "Create an account"
                </a>
            </p>
        </Section>
    }
    .into_any()
}
