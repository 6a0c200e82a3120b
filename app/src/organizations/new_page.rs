//! `/organizations/new`.

use super::api::create::Create;
use crate::{
    error::AppError,
    layout::{AuthLayout, SiteTitle},
    server::{context::require_user, flash},
    ui::{ErrorState, Field, FormError, SubmitButton, field_error},
};
use domain::{
    ErrorCode,
    routes::Route,
    tenants::{MAX_SLUG_LEN, MAX_TENANT_NAME_LEN},
};
use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::components::Redirect;

const ACTION: &str = "organizations/create";

/// Name and address of a new organization.
#[component]
pub fn NewOrganizationPage() -> impl IntoView {
    view! {
        <SiteTitle page="New organization" />
        {Suspend::new(async move {
            match require_user().await {
                Ok(_) => view! { <NewOrganization /> }.into_any(),
                Err(AppError(error)) if error.code == ErrorCode::Unauthorized => {
                    let next = Route::NewOrganization.to_string();
                    view! { <Redirect path=Route::SignIn(Some(next)).to_string() /> }.into_any()
                }
                Err(error) => view! { <ErrorState error /> }.into_any(),
            }
        })}
    }
    .into_any()
}

#[component]
fn NewOrganization() -> impl IntoView {
    let error = Signal::stored(flash::error_for(ACTION));
    let value = |field| flash::form_value(ACTION, field);
    view! {
        <AuthLayout>
            <h1>"New organization"</h1>
            <p class="text-ink-2 mt-1 mb-6">
                "A workspace for a career center, a course or a team. Everybody tracks their own applications, and nobody sees those of others without consent."
            </p>
            <form method="post" action=Create::url() data-fetch>
                <Field
                    name="name"
                    label="Name"
                    autocomplete="organization"
                    value=value("name")
                    maxlength=u32::try_from(MAX_TENANT_NAME_LEN).unwrap_or_default()
                    error=field_error(error, "name")
                />
                <Field
                    name="slug"
                    label="Address"
                    value=value("slug")
                    maxlength=u32::try_from(MAX_SLUG_LEN).unwrap_or_default()
                    optional=true
                    hint="Part of its links: lower-case letters, digits and hyphens. Made from the name if you leave it empty."
                    error=field_error(error, "slug")
                />
                <FormError error />
                <SubmitButton label="Create organization" pending_label="Creating organization" />
                <p>
                    <a class="link" href=Route::Home.to_string()>
                        "Cancel"
                    </a>
                </p>
            </form>
        </AuthLayout>
    }
    .into_any()
}
