//! `/w/{slug}/settings`: the user's own account. Each section is a form that reports its own result.

pub mod api;
mod data;
mod email;
mod password;
mod profile;
mod sessions;
mod sign_in_methods;

use crate::{
    layout::{PageTitle, use_workspace},
    ui::ErrorState,
};
use api::get_settings::get_settings;
use domain::{auth::Session, users::User};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The user as the settings show them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserSettings {
    /// The user.
    pub user: User,
    /// Whether the user has a password, or signs in with a provider only.
    pub has_password: bool,
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

/// The settings page.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let workspace = use_workspace();
    let settings = Resource::new_blocking(move || workspace.slug.get(), get_settings);
    view! {
        <PageTitle page="Settings" />
        <header class="page-header">
            <h1>"Settings"</h1>
        </header>
        <div class="page-body">
            <Suspense>
                {move || Suspend::new(async move {
                    match settings.await {
                        Err(error) => view! { <ErrorState error /> }.into_any(),
                        Ok(UserSettings { user, has_password }) => {
                            let slug = workspace.slug.get_untracked();
                            let email = user.email.clone();
                            view! {
                                <div class="settings">
                                    <profile::ProfileSection slug=slug.clone() user=user.clone() />
                                    <email::EmailSection slug=slug.clone() user />
                                    <password::PasswordSection slug=slug.clone() email=email.clone() has_password />
                                    <sessions::SessionsSection slug=slug.clone() />
                                    <sign_in_methods::SignInMethodsSection slug=slug.clone() email has_password />
                                    <data::DataSection slug has_password />
                                </div>
                            }
                                .into_any()
                        }
                    }
                })}
            </Suspense>
        </div>
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
}
