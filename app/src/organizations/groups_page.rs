//! `/w/{slug}/groups`: the groups of an organization, and the members of the chosen one.

use super::api::change_groups::ChangeGroups;
use crate::{
    assets::WorkspaceScripts,
    error::AppError,
    jobapps::application_parts::error_page,
    layout::{PageTitle, WorkspaceContext, use_workspace},
    server::{flash, respond::respond},
    ui::{
        ButtonKind, ChoiceFilter, Field, FormError, FormSuccess, RowButton, SubmitButton, count, field_error,
    },
};
use domain::{
    ApiError, GroupId,
    routes::{Route, WorkspacePage},
    tenants::{Group, ListMembersInput, MAX_GROUP_NAME_LEN, Member},
};
use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::use_query_map;

/// The endpoint of all forms.
const ACTION: &str = "organizations/change_groups";

struct GroupsData {
    groups: Vec<Group>,
    /// The chosen group, and all members who can belong to it.
    chosen: Option<(Group, Vec<Member>)>,
}

#[component]
pub fn GroupsPage() -> impl IntoView {
    let workspace = use_workspace();
    let chosen = use_query_map().read_untracked().get("group");
    view! {
        <PageTitle page="Groups" />
        <header class="page-header">
            <h1>"Groups"</h1>
        </header>
        <div class="page-body" id="page-body" data-keep-scroll>
            {Suspend::new(async move {
                match load(&workspace, chosen).await {
                    Ok(data) => view! { <Groups slug=workspace.slug data /> }.into_any(),
                    Err(error) => error_page(error),
                }
            })}
        </div>
        <WorkspaceScripts area=None charts=false />
    }
    .into_any()
}

async fn load(workspace: &WorkspaceContext, chosen: Option<String>) -> Result<GroupsData, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let groups = respond(service::organizations::list_groups(&services, &caller).await)?;
    let chosen = match chosen {
        None => None,
        Some(id) => {
            let id: Option<GroupId> = id.parse().ok();
            let group = groups.iter().find(|group| Some(group.id) == id).cloned();
            let group = group.ok_or_else(|| AppError(ApiError::not_found()))?;
            let input = ListMembersInput::default();
            let members = service::organizations::list_members(&services, &caller, input).await;
            Some((group, respond(members)?.data))
        }
    };
    Ok(GroupsData { groups, chosen })
}

#[component]
fn Groups(slug: String, data: GroupsData) -> impl IntoView {
    let GroupsData { groups, chosen } = data;
    let failed = flash::error_for(ACTION);
    let is_new = flash::form_value(ACTION, "change") == "add";
    let new_error = Signal::stored(failed.clone().filter(|_| is_new));
    let chosen_error = Signal::stored(failed.filter(|_| !is_new));
    let saved = Signal::stored(flash::succeeded(ACTION));
    let list = if groups.is_empty() {
        view! {
            <section class="empty-state">
                <h2>"No groups yet"</h2>
                <p>
                    "Groups are parts of your organization, such as a course. Add one below and choose its members; then compare the metrics of groups under Cohort."
                </p>
            </section>
        }
        .into_any()
    } else {
        let current = chosen.as_ref().map(|(group, _)| group.id);
        let rows = groups
            .into_iter()
            .map(|group| group_row(&slug, group, current))
            .collect_view();
        view! {
            <section class="surface settings-body" aria-label="All groups">
                <ul class="row-list">{rows}</ul>
            </section>
        }
        .into_any()
    };
    view! {
        <div class="settings-content group-content">
            <FormSuccess when=saved text="Saved." />
            {list}
            {chosen
                .map(|(group, members)| {
                    view! { <ChosenGroup slug=slug.clone() group members error=chosen_error /> }
                })}
            <section class="surface settings-body">
                <h2>"New group"</h2>
                <form method="post" action=ChangeGroups::url()>
                    <input type="hidden" name="slug" value=slug />
                    <input type="hidden" name="change" value="add" />
                    <Field
                        name="name"
                        id="new-group"
                        label="Name"
                        value=if is_new { flash::form_value(ACTION, "name") } else { String::new() }
                        maxlength=u32::try_from(MAX_GROUP_NAME_LEN).unwrap_or_default()
                        error=field_error(new_error, "name")
                    />
                    <FormError error=new_error />
                    <div>
                        <SubmitButton label="Add group" pending_label="Adding group" kind=ButtonKind::Line />
                    </div>
                </form>
            </section>
        </div>
    }
    .into_any()
}

fn group_row(slug: &str, group: Group, current: Option<GroupId>) -> impl IntoView + use<> {
    let query = format!("group={}", group.id);
    let href = Route::List(slug.to_owned(), WorkspacePage::Groups, query).to_string();
    let is_current = current == Some(group.id);
    view! {
        <li>
            <div>
                <a class="link" href=href aria-current=is_current.then_some("true")>
                    {group.name}
                </a>
                <p>{count(group.member_count, "member", "members")}</p>
            </div>
        </li>
    }
}

/// The forms of one group: name, members, deletion.
#[component]
fn ChosenGroup(
    slug: String,
    group: Group,
    members: Vec<Member>,
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    let (id, name) = (group.id.to_string(), group.name.clone());
    let ask = (group.member_count > 0).then(|| {
        let query = format!("ask_group={id}");
        let clients = Route::List(slug.clone(), WorkspacePage::Clients, query);
        view! {
            <a class="btn btn-line" href=format!("{clients}#requests")>
                "Ask for access"
            </a>
        }
    });
    let hidden = move |change: &'static str| {
        view! {
            <input type="hidden" name="slug" value=slug.clone() />
            <input type="hidden" name="group_id" value=id.clone() />
            <input type="hidden" name="change" value=change />
        }
    };
    // Coaches see only their own address.
    let has_emails = members.iter().all(|member| member.email.is_some());
    let filter_label = if has_emails {
        "Filter by name or email"
    } else {
        "Filter by name"
    };
    let ids: Vec<String> = group.user_ids.iter().map(ToString::to_string).collect();
    let shown = ids.join(",");
    let choices = members
        .into_iter()
        .map(|member| {
            let is_in = group.user_ids.contains(&member.user_id);
            view! {
                <li>
                    <label class="group-choice">
                        <input type="checkbox" name="user_ids[]" value=member.user_id.to_string() checked=is_in />
                        <span>
                            {member.name}
                            {member.email.map(|email| view! { <small class="text-ink-3">{format!(" {email}")}</small> })}
                        </span>
                    </label>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="surface settings-body" aria-labelledby="chosen-group">
            <h2 id="chosen-group">{name.clone()}</h2>
            <FormError error />
            <form method="post" action=ChangeGroups::url()>
                {hidden("members")}
                <input type="hidden" name="shown" value=shown />
                <fieldset class="group-members">
                    <legend>"Members of this group"</legend>
                    <ChoiceFilter list="group-choices" label=filter_label />
                    <ul id="group-choices">{choices}</ul>
                </fieldset>
                <div class="button-row">
                    <SubmitButton label="Save members" pending_label="Saving members" />
                    {ask}
                </div>
            </form>
            <hr />
            <form method="post" action=ChangeGroups::url()>
                {hidden("rename")}
                <Field
                    name="name"
                    id="group-name"
                    label="Name"
                    value=name.clone()
                    maxlength=u32::try_from(MAX_GROUP_NAME_LEN).unwrap_or_default()
                    error=field_error(error, "name")
                />
                <div>
                    <SubmitButton label="Rename" pending_label="Renaming" kind=ButtonKind::Line />
                </div>
            </form>
            <hr />
            <details class="confirm">
                <summary class="btn btn-quiet btn-sm">"Delete group"</summary>
                <form method="post" action=ChangeGroups::url()>
                    {hidden("delete")}
                    <p>"The members stay in the organization. Published cohort metrics of the group are no longer shown."</p>
                    <div>
                        <RowButton label="Delete" aria_label=format!("Delete {name}") class="btn-error" />
                    </div>
                </form>
            </details>
        </section>
    }
    .into_any()
}
