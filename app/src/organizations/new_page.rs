//! `/organizations/new`.

use super::api::{create::Create, join::Join};
use crate::{
    error::AppError,
    layout::{AuthLayout, SiteTitle},
    server::{context::require_any_workspace, flash, respond::respond},
    ui::{ErrorState, Field, FormError, RowButton, SubmitButton, field_error},
};
use domain::{
    ErrorCode,
    routes::Route,
    tenants::{JoinableTenant, MAX_SLUG_LEN, MAX_TENANT_NAME_LEN},
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
            match load().await {
                Ok(joinable) => view! { <NewOrganization joinable /> }.into_any(),
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

async fn load() -> Result<Vec<JoinableTenant>, AppError> {
    let (services, caller) = require_any_workspace().await?;
    respond(service::organizations::list_joinable_tenants(&services, &caller.user).await)
}

/// The organizations that the user may join with their email address.
#[component]
fn JoinableOrganizations(tenants: Vec<JoinableTenant>) -> impl IntoView {
    let error = Signal::stored(flash::error_for("organizations/join"));
    let rows = tenants
        .into_iter()
        .map(|tenant| {
            let label = format!("Join {}", tenant.name);
            view! {
                <li>
                    <div>
                        <b>{tenant.name}</b>
                        <p>{format!("For addresses at {}", tenant.domain)}</p>
                    </div>
                    <form method="post" action=Join::url()>
                        <input type="hidden" name="tenant_id" value=tenant.id.to_string() />
                        <RowButton label="Join" aria_label=label class="btn-primary" />
                    </form>
                </li>
            }
        })
        .collect_view();
    view! {
        <h1>"Join your organization"</h1>
        <ul class="row-list member-list mt-4">{rows}</ul>
        <FormError error />
        <hr class="my-6 border-line" />
    }
    .into_any()
}

#[component]
fn NewOrganization(joinable: Vec<JoinableTenant>) -> impl IntoView {
    let error = Signal::stored(flash::error_for(ACTION));
    let value = |field| flash::form_value(ACTION, field);
    let (join, title) = if joinable.is_empty() {
        (None, view! { <h1>"New organization"</h1> }.into_any())
    } else {
        let join = view! { <JoinableOrganizations tenants=joinable /> };
        (
            Some(join),
            view! { <h2 class="text-lg font-semibold">"New organization"</h2> }.into_any(),
        )
    };
    view! {
        <AuthLayout>
            {join}
            {title}
            <p class="text-ink-2 mt-1 mb-6">
                "A workspace for a career center, a course or a team. Everyone tracks their own applications, and no one sees other people’s applications without consent."
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
                    hint="Part of its links: lower-case letters, digits and hyphens. Created from the name if you leave it empty."
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
