//! `/w/{slug}/settings`: the user's own account. Each section is a form that reports its own result.

pub mod api;
#[cfg(feature = "ssr")]
mod calendar;
mod data;
mod email;
#[cfg(feature = "ssr")]
mod load;
#[cfg(feature = "ssr")]
mod page;
mod password;
mod profile;
mod sessions;
mod sign_in_methods;
#[cfg(feature = "ssr")]
mod silence;
#[cfg(feature = "ssr")]
mod stages;

use crate::{
    error::AppError,
    server::flash::{self, Flash},
};
use domain::{
    auth::{Session, SignInMethods},
    routes::Route,
    users::User,
};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
pub use page::SettingsPage;
use serde::{Deserialize, Serialize};

/// The user as the settings show them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserSettings {
    /// The user.
    pub user: User,
    /// Whether this is a demo account, which has no sign-in methods.
    pub is_demo: bool,
    /// Whether the user has a password, or signs in with a provider only.
    pub has_password: bool,
    /// The active sessions.
    pub sessions: Result<Vec<SessionEntry>, AppError>,
    /// Linked providers, and those that can be linked.
    pub methods: Result<SignInMethods, AppError>,
}

/// A session of the user, with times relative to now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionEntry {
    /// The session.
    pub session: Session,
    /// Seconds since it was created.
    pub signed_in_ago: i64,
    /// Seconds since it was last used.
    pub last_seen_ago: i64,
}

/// All sections.
#[island]
pub fn SettingsIsland(
    /// The user's settings.
    settings: UserSettings,
    /// The slug of the workspace.
    slug: String,
    /// Whether the URL opens the dialog for deleting the account.
    delete: bool,
    /// The message of the previous page.
    flash: Option<Flash>,
) -> impl IntoView {
    flash::provide(flash);
    let UserSettings {
        user,
        is_demo,
        has_password,
        sessions,
        methods,
    } = settings;
    let email = user.email.clone();
    view! {
        <div class="settings">
            <profile::ProfileSection slug=slug.clone() user=user.clone() />
            {if is_demo {
                view! { <DemoSection /> }.into_any()
            } else {
                view! {
                    <email::EmailSection slug=slug.clone() user />
                    <password::PasswordSection slug=slug.clone() email=email.clone() has_password />
                    <sessions::SessionsSection slug=slug.clone() sessions />
                    <sign_in_methods::SignInMethodsSection slug=slug.clone() email has_password methods />
                }
                    .into_any()
            }}
            <data::DataSection slug has_password delete />
        </div>
    }
}

/// Says that the account is temporary.
#[component]
fn DemoSection() -> impl IntoView {
    view! {
        <Section id="demo" title="Demo" description="A temporary account with sample applications.">
            <p>"This demo is deleted after a day. It has no email address and no password."</p>
            <p>
                <a class="btn btn-line" href=Route::Register.to_string()>
                    "Create an account"
                </a>
            </p>
        </Section>
    }
    .into_any()
}

/// A section with title and description on one side, its content on the other.
#[component]
fn Section(
    /// Its id, which links can point to.
    id: &'static str,
    /// The title.
    title: &'static str,
    /// One sentence about it.
    description: &'static str,
    /// The content.
    children: Children,
) -> impl IntoView {
    let title_id = format!("{id}-title");
    view! {
        <section class="settings-section" id=id aria-labelledby=title_id.clone()>
            <div class="settings-intro">
                <h2 id=title_id.clone()>{title}</h2>
                <p>{description}</p>
            </div>
            <div class="surface settings-body">{children()}</div>
        </section>
    }
    .into_any()
}
