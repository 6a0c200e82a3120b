//! The form that asks members for access. The search is a separate form, so that it works without JavaScript.

use super::client_filters::CandidateSearch;
use crate::{
    error::AppError,
    organizations::GroupOptions,
    server::flash,
    settings::ScopeOptions,
    ui::{ButtonKind, FormError, Icon, IconSize, Lucide, SubmitButton, field_error},
};
use domain::{
    GroupId,
    coaching::{AccessScope, MAX_REQUEST_MESSAGE_LEN, Person},
    routes::{Route, WorkspacePage},
    tenants::{Group, MAX_QUERY_LEN},
};
use leptos::prelude::*;

/// The endpoint of the form.
pub const REQUEST_ACCESS: &str = "coaching/request_access";

/// The members whom the user can ask for access.
pub struct Candidates {
    /// The members on this page of the list.
    pub people: Vec<Person>,
    /// Whether more members match the search.
    pub has_more: bool,
    /// The groups by which the list can be filtered.
    pub groups: Vec<Group>,
    pub search: CandidateSearch,
}

/// The search and the form.
#[component]
pub fn RequestForm(
    slug: String,
    /// The members whom the user can ask for access.
    candidates: Candidates,
    /// Whether the form is open initially.
    is_open: bool,
) -> impl IntoView {
    let Candidates {
        people,
        has_more,
        groups,
        search,
    } = candidates;
    let is_filtered = search.is_filtered();
    if people.is_empty() && !is_filtered {
        return view! { <p class="text-ink-2">"There is no one else to ask."</p> }.into_any();
    }
    let failed = flash::error_for(REQUEST_ACCESS);
    let is_rejected = failed.is_some();
    let value = |field: &str| {
        if is_rejected {
            flash::form_value(REQUEST_ACCESS, field)
        } else {
            String::new()
        }
    };
    let error: Signal<Option<AppError>> = Signal::stored(failed);
    let (message_error, users_error) = (field_error(error, "message"), field_error(error, "user_ids"));
    let (users, is_reader) = (value("user_ids"), value("scope") == AccessScope::Read.as_str());
    let is_open = is_open || is_rejected || is_filtered;
    let page = Route::Workspace(slug.clone(), WorkspacePage::Clients).to_string();
    let note = match (people.is_empty(), has_more) {
        (true, _) if search.group.is_some() => {
            Some("Everyone in this group has already been asked.".to_owned())
        }
        (true, _) => Some("No one matches. Search for a part of the name.".to_owned()),
        (false, true) if search.group.is_some() => Some(format!(
            "The first {} of the group. Ask them, then choose the group again for the others.",
            people.len()
        )),
        (false, true) => Some(format!(
            "The first {} are shown. Search for a name to find others.",
            people.len()
        )),
        (false, false) => None,
    };
    let choices = people.into_iter().map(|person| {
        let id = person.user_id.to_string();
        let checked = if is_rejected {
            users.split(',').any(|user| user == id)
        } else {
            search.group.is_some()
        };
        view! {
            <li>
                <label class="group-choice">
                    <input type="checkbox" name="user_ids[]" value=id checked=checked />
                    <span>{person.label().to_owned()}</span>
                </label>
            </li>
        }
    });
    let choices = choices.collect_view();
    view! {
        <details class="today-add" open=is_open>
            <summary class="btn btn-line btn-sm">
                <Icon of=Lucide::Plus size=IconSize::Small />
                "Ask members"
            </summary>
            <div class="surface today-form ask-form">
                <p class="text-ink-2">"They decide whether you see their applications, how much and for how long."</p>
                <form class="filter-form" method="get" action=format!("{page}#requests") role="search" aria-label="Search members to ask">
                    <label class="sr-only" for="ask-search">
                        "Name of a member"
                    </label>
                    <input
                        class="input input-sm"
                        id="ask-search"
                        type="search"
                        name="ask"
                        placeholder="Name"
                        value=search.name
                        maxlength=MAX_QUERY_LEN
                    />
                    {(!groups.is_empty()).then(|| view! { <GroupSelect groups chosen=search.group /> })}
                    <button class="btn btn-line btn-sm" type="submit">
                        "Search"
                    </button>
                    {is_filtered
                        .then(|| {
                            view! {
                                <a class="btn btn-quiet btn-sm" href=format!("{page}#requests")>
                                    "Show all"
                                </a>
                            }
                        })}
                </form>
                <form method="post" action=format!("/_fn/{REQUEST_ACCESS}")>
                    <input type="hidden" name="slug" value=slug />
                    <fieldset class="group-members">
                        <legend>"Members without access for you"</legend>
                        <ul>{choices}</ul>
                        {note.map(|note| view! { <p class="text-ink-2">{note}</p> })}
                        {move || users_error.get().map(|text| view! { <p class="field-error">{text}</p> })}
                    </fieldset>
                    <div class="field">
                        <label for="ask-scope">"You would like to"</label>
                        <select class="select" id="ask-scope" name="scope">
                            <ScopeOptions is_reader />
                        </select>
                    </div>
                    <div class="field">
                        <label for="ask-message">"Message " <span>"optional"</span></label>
                        <textarea class="input note-input" id="ask-message" name="message" rows="2" maxlength=MAX_REQUEST_MESSAGE_LEN>
                            {value("message")}
                        </textarea>
                        {move || message_error.get().map(|text| view! { <p class="field-error">{text}</p> })}
                    </div>
                    <FormError error />
                    <div class="section-actions">
                        <SubmitButton label="Ask for access" pending_label="Sending" kind=ButtonKind::Line class="btn-sm" />
                    </div>
                </form>
            </div>
        </details>
    }
    .into_any()
}

/// A select that filters the list by group. The members of the chosen group are preselected.
#[component]
fn GroupSelect(groups: Vec<Group>, chosen: Option<GroupId>) -> impl IntoView {
    view! {
        <label class="sr-only" for="ask-group">
            "Group"
        </label>
        <select class="select select-sm" id="ask-group" name="ask_group">
            <option value="">"All groups"</option>
            <GroupOptions groups chosen />
        </select>
    }
    .into_any()
}
