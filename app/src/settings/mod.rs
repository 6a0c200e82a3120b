//! `/w/{slug}/settings`: a page for each section. Its forms work without JavaScript and show their result next to them.

mod access_requests;
pub mod api;
mod appearance;
mod audit;
mod bulk_invite;
mod calendar;
mod capture;
mod confirm_password;
mod data;
mod delete_account;
mod deleted;
mod demo;
mod domains;
mod email;
mod identity_provider;
pub mod invitation_report;
mod key_form;
mod key_usage;
mod keyboard;
mod keys;
mod load;
mod mailboxes;
mod member_filters;
mod member_row;
mod members;
mod navigation;
mod new_secret;
mod notifications;
mod organization;
mod page;
mod password;
mod profile;
mod scope_options;
mod sessions;
mod sharing;
mod sign_in_methods;
mod silence;
mod stages;
mod usage;
mod webhooks;

use leptos::prelude::*;
pub use page::{SettingsIndexPage, SettingsSectionPage};
pub use scope_options::ScopeOptions;
pub use sharing::last_moment;

/// A section of a page, with title and description above its content.
#[component]
fn Section(
    /// The id, used as a link target.
    id: &'static str,
    title: &'static str,
    /// One sentence about the section.
    description: &'static str,
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
