//! `/unsubscribe/{token}`: the link in emails about coaching.

use crate::{
    error::AppError,
    layout::{AuthLayout, SiteTitle},
    server::{
        context::{client_info, services},
        respond::respond,
    },
    status::set_page_error,
    ui::SubmitButton,
};
use domain::{coaching::CommentEmails, routes::Route};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// Explains the button. Opening the link changes nothing, because mail filters open links, too.
#[component]
pub fn UnsubscribePage() -> impl IntoView {
    let token = use_params_map().read_untracked().get("token").unwrap_or_default();
    view! {
        <SiteTitle page="Emails about coaching" />
        <AuthLayout>
            {Suspend::new(async move {
                match load(&token).await {
                    Ok(CommentEmails { enabled: true }) => view! { <UnsubscribeForm token /> }.into_any(),
                    Ok(CommentEmails { enabled: false }) => view! { <Unsubscribed /> }.into_any(),
                    Err(error) => {
                        set_page_error(&error.0);
                        view! {
                            <h1>"This link does not work"</h1>
                            <p class="text-ink-2 mt-1 mb-6">
                                "Open the link in a newer email, or sign in and turn emails off in the settings under Notifications."
                            </p>
                            <a class="btn btn-line" href=Route::Home.to_string()>
                                "Go to your board"
                            </a>
                        }
                            .into_any()
                    }
                }
            })}
        </AuthLayout>
    }
    .into_any()
}

async fn load(token: &str) -> Result<CommentEmails, AppError> {
    let services = services()?;
    respond(service::coaching::find_subscription(&services, &client_info(), token).await)
}

#[component]
fn UnsubscribeForm(token: String) -> impl IntoView {
    view! {
        <h1>"Turn off emails about coaching?"</h1>
        <p class="text-ink-2 mt-1 mb-6">
            "You will no longer get emails about comments, tasks, access requests and granted access. You still find them in JobHax."
        </p>
        <form method="post" action=Route::Unsubscribe(token).to_string()>
            <SubmitButton label="Turn off emails" pending_label="Turning off" />
        </form>
    }
    .into_any()
}

#[component]
fn Unsubscribed() -> impl IntoView {
    view! {
        <div role="status">
            <h1>"Emails about coaching are off"</h1>
            <p class="text-ink-2 mt-1 mb-6">"You can turn them on again in the settings under Notifications."</p>
        </div>
        <a class="btn btn-line" href=Route::Home.to_string()>
            "Go to your board"
        </a>
    }
    .into_any()
}
