//! The filters above the list of members, and its pagination links. Rendered by the server only.

use crate::{
    organizations::labels::role_name,
    ui::{Field, Pages, count, query_string},
};
use domain::tenants::{ListInvitationsInput, ListMembersInput, MAX_QUERY_LEN, Role};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

/// Members per page.
const PAGE_SIZE: u32 = 50;

/// The values of the form. Invalid values are ignored.
#[derive(Clone, Default)]
pub struct MemberFilters {
    q: Option<String>,
    role: Option<Role>,
    cursor: Option<String>,
    /// The cursor of the list of invitations.
    invitations: Option<String>,
}

impl MemberFilters {
    /// Parses the query parameters.
    pub fn of(query: &ParamsMap) -> Self {
        let value = |name: &str| query.get(name).filter(|value| !value.trim().is_empty());
        Self {
            q: value("q").map(|q| q.chars().take(MAX_QUERY_LEN).collect()),
            role: value("role").and_then(|role| Role::parse(&role)),
            cursor: value("cursor"),
            invitations: value("invitations"),
        }
    }

    /// The use-case input for this page of the list.
    pub fn input(&self) -> ListMembersInput {
        ListMembersInput {
            q: self.q.clone(),
            role: self.role,
            cursor: self.cursor.clone(),
            limit: Some(PAGE_SIZE),
        }
    }

    /// The use-case input for this page of the invitations.
    pub fn invitations(&self) -> ListInvitationsInput {
        ListInvitationsInput {
            cursor: self.invitations.clone(),
            limit: Some(PAGE_SIZE),
        }
    }

    /// Whether no filter is set.
    pub fn is_empty(&self) -> bool {
        self.q.is_none() && self.role.is_none()
    }

    fn query(&self, cursor: Option<&str>, invitations: Option<&str>) -> String {
        query_string(&[
            ("q", self.q.clone()),
            ("role", self.role.map(|role| role.as_str().to_owned())),
            ("cursor", cursor.map(str::to_owned)),
            ("invitations", invitations.map(str::to_owned)),
        ])
    }
}

/// The filter form with the number of matching members.
#[component]
pub fn MemberFilterForm(
    page: String,
    filters: MemberFilters,
    total: i64,
    /// Whether the user sees the addresses of others.
    has_emails: bool,
) -> impl IntoView {
    let clear = (!filters.is_empty()).then(|| {
        view! {
            <a class="btn btn-quiet btn-sm" href=page.clone()>
                "Clear filters"
            </a>
        }
    });
    let found = if filters.is_empty() {
        count(total, "member", "members")
    } else {
        format!("{} found", count(total, "member", "members"))
    };
    view! {
        <form method="get" action=page aria-label="Filter members">
            <Field
                name="q"
                label=if has_emails { "Name or email" } else { "Name" }
                id="member-search"
                kind="search"
                value=filters.q.unwrap_or_default()
                maxlength=u32::try_from(MAX_QUERY_LEN).unwrap_or_default()
                optional=true
            />
            <div class="field">
                <label for="member-role">"Role"</label>
                <select class="select" id="member-role" name="role">
                    <option value="">"All roles"</option>
                    {Role::ALL
                        .map(|role| {
                            view! {
                                <option value=role.as_str() selected=filters.role == Some(role)>
                                    {role_name(role)}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </div>
            <div>
                <button class="btn btn-line btn-sm" type="submit">
                    "Search"
                </button>
                {clear}
            </div>
        </form>
        <p class="text-ink-2" role="status">
            {found}
        </p>
    }
    .into_any()
}

/// Links to the first and the next page.
#[component]
pub fn MemberPages(page: String, filters: MemberFilters, next_cursor: Option<String>) -> impl IntoView {
    let with_cursor =
        |cursor: Option<&str>| format!("{page}?{}", filters.query(cursor, filters.invitations.as_deref()));
    let first = filters.cursor.is_some().then(|| with_cursor(None));
    let next = next_cursor.as_deref().map(|cursor| with_cursor(Some(cursor)));
    view! { <Pages first next label="Pages of members" /> }.into_any()
}

/// Links to the first and the next page of the invitations. The links keep the page of the members.
#[component]
pub fn InvitationPages(page: String, filters: MemberFilters, next_cursor: Option<String>) -> impl IntoView {
    let with_cursor = |cursor: Option<&str>| {
        let query = filters.query(filters.cursor.as_deref(), cursor);
        format!("{page}?{query}#invitations")
    };
    let first = filters.invitations.is_some().then(|| with_cursor(None));
    let next = next_cursor.as_deref().map(|cursor| with_cursor(Some(cursor)));
    view! { <Pages first next label="Pages of invitations" /> }.into_any()
}
