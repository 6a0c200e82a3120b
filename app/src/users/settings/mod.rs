//! `/w/{slug}/settings`: the person's own account. Each section is a form of its own that says for itself how it went.

mod data;
mod email;
mod methods;
mod password;
mod profile;
mod sessions;

use super::api::get_settings::get_settings;
use crate::{
    ui::{PageTitle, Problem},
    workspace::use_place,
};
use leptos::prelude::*;

/// The page.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let place = use_place();
    let settings = Resource::new_blocking(move || place.slug.get(), get_settings);
    view! {
        <PageTitle thing="Settings" />
        <header class="bar">
            <h1>"Settings"</h1>
        </header>
        <div class="scroll">
            <Suspense>
                {move || Suspend::new(async move {
                    match settings.await {
                        Err(fail) => view! { <Problem fail /> }.into_any(),
                        Ok(settings) => {
                            let slug = place.slug.get_untracked();
                            let has_password = settings.has_password;
                            let user = settings.user;
                            view! {
                                <div class="sets">
                                    <profile::Profile slug=slug.clone() user=user.clone() />
                                    <email::Email slug=slug.clone() user=user.clone() />
                                    <password::Password slug=slug.clone() email=user.email.clone() has_password />
                                    <sessions::Sessions slug=slug.clone() />
                                    <methods::Methods slug=slug.clone() email=user.email has_password />
                                    <data::Data slug has_password />
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

/// A section: what it is about at the side, the rest beside it.
#[component]
fn Section(
    /// Its id, so that links lead to it.
    id: &'static str,
    /// What it is about.
    title: &'static str,
    /// One sentence about it.
    about: &'static str,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let heading = format!("{id}-title");
    view! {
        <section class="set" id=id aria-labelledby=heading.clone()>
            <div class="set-about">
                <h2 id=heading.clone()>{title}</h2>
                <p>{about}</p>
            </div>
            <div class="surface set-body">{children()}</div>
        </section>
    }
}
