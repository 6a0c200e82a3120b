use crate::error::AppError;
use domain::UserId;
use leptos::prelude::*;

/// Applies the change named by the form and redirects back to the groups: `add`, `rename` or `delete` a group, or set its `members`.
/// `shown` contains the members that the form listed.
#[server(prefix = "/_fn", endpoint = "organizations/change_groups")]
pub async fn change_groups(
    slug: String,
    #[server(default)] change: String,
    #[server(default)] group_id: String,
    #[server(default)] name: String,
    #[server(default)] user_ids: Vec<UserId>,
    #[server(default)] shown: String,
) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{page_done, respond_form},
    };
    use domain::{
        GroupId,
        routes::{Route, WorkspacePage},
        tenants::{AddGroupInput, GroupRef, SetGroupMembersInput, UpdateGroupInput},
    };
    use service::organizations;
    let action = "organizations/change_groups";
    let (services, caller) = require_workspace(&slug).await?;
    let (services, caller) = (&*services, &caller);
    let id = group_id.parse().unwrap_or(GroupId(uuid::Uuid::nil()));
    let page = |group: Option<GroupId>| {
        let query = group.map_or_else(String::new, |id| format!("group={id}"));
        Route::List(slug.clone(), WorkspacePage::Groups, query)
    };
    let form_values = [("change", change.as_str()), ("name", name.as_str())];
    let (result, failed_page) = match change.as_str() {
        "add" => {
            let input = AddGroupInput { name: name.clone() };
            let added = organizations::add_group(services, caller, None, input).await;
            (added.map(|group| Some(group.id)), page(None))
        }
        "rename" => {
            let input = UpdateGroupInput {
                group_id: id,
                name: name.clone(),
            };
            let renamed = organizations::update_group(services, caller, input).await;
            (renamed.map(|_| Some(id)), page(Some(id)))
        }
        "members" => {
            let input = SetGroupMembersInput {
                group_id: id,
                user_ids,
            };
            let shown: Vec<UserId> = shown.split(',').filter_map(|id| id.parse().ok()).collect();
            let updated = organizations::change_group_members(services, caller, input, &shown).await;
            (updated.map(|_| Some(id)), page(Some(id)))
        }
        "delete" => {
            let deleted = organizations::delete_group(services, caller, GroupRef { group_id: id }).await;
            (deleted.map(|()| None), page(Some(id)))
        }
        _ => (Err(service::Error::not_found()), page(None)),
    };
    let group = respond_form(action, &failed_page, &form_values, result)?;
    page_done(action, &page(group));
    Ok(())
}
