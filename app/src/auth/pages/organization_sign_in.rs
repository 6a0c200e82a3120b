//! `/sign-in/organization`.

use crate::{
    layout::{AuthLayout, SiteTitle},
    server::flash,
    ui::{Field, FormError, SubmitButton},
};
use domain::routes::Route;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The maximum length of an email address; organization slugs are shorter.
const MAX_INPUT_LEN: u32 = 254;

/// Asks which organization to sign in to. The server then redirects to the organization's identity provider.
#[component]
pub fn OrganizationSignInPage() -> impl IntoView {
    let error = Signal::stored(flash::error_for("auth/sign_in_organization"));
    let query = use_query_map().read_untracked();
    let organization = query.get("organization").unwrap_or_default();
    let next = query.get("next").unwrap_or_default();
    let explanation = if organization.is_empty() {
        "For organizations with their own sign-in, such as a university."
    } else {
        "This workspace can only be opened after signing in with its organization. Your other workspaces stay open."
    };
    view! {
        <SiteTitle page="Sign in with your organization" />
        <AuthLayout>
            <h1>"Sign in with your organization"</h1>
            <p class="text-ink-2 mt-1 mb-6">
                {explanation}
            </p>
            <form method="post" action="/auth/organization">
                <input type="hidden" name="next" value=next />
                <Field
                    name="organization"
                    label="Your email, or the address of the organization"
                    value=organization
                    autocomplete="username"
                    maxlength=MAX_INPUT_LEN
                    hint="You can find the address in the organization's links, after /w/."
                />
                <FormError error />
                <SubmitButton label="Continue" pending_label="Continuing" />
            </form>
            <p class="mt-6">
                <a class="link" href=Route::SignIn(None).to_string()>
                    "Back to sign in"
                </a>
            </p>
        </AuthLayout>
    }
    .into_any()
}
