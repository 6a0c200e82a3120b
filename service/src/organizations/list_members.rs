//! The list of members.

use super::queries::members::{self as queries, ListedMember, Position};
use crate::{
    Error, Services,
    context::{Caller, Grant, permit},
    platform::{cursor::OptionalPage, normalize::fold},
};
use domain::{
    UserId,
    tenants::{Action, ListMembersInput, Member, MemberList, Role, may},
};

/// The members of the caller's workspace: owners first, then by name. Only owners and admins see the email addresses of others. A
/// caller with the role `member` does not see others with that role. All members without `limit` and `cursor`, otherwise a page of
/// them.
///
/// # Errors
/// `invalid` for an invalid filter, limit or cursor.
pub async fn list_members(
    services: &Services,
    caller: &Caller,
    input: ListMembersInput,
) -> Result<MemberList, Error> {
    let input = input.parse()?;
    let grant = permit(caller, Action::ReadMembers)?;
    let q = input.q.as_deref().map(fold).filter(|q| !q.is_empty());
    let scope = format!(
        "members of {} by {} {:?} {}",
        grant.tenant(),
        grant.user(),
        input.role,
        q.as_deref().unwrap_or_default()
    );
    let page = OptionalPage::new(&services.keys, scope, input.limit, input.cursor.as_deref())?;
    let (mut found, total) = match q {
        Some(q) => search(services, caller, grant, input.role, &q, page.after.clone()).await?,
        None => read(services, caller, grant, input.role, &page).await?,
    };
    let pagination = page.paginate(&mut found, |last| last.position.clone());
    Ok(MemberList {
        data: found.into_iter().map(|found| found.member).collect(),
        pagination,
        total,
    })
}

/// One row more than the page has, and the number of all members.
async fn read(
    services: &Services,
    caller: &Caller,
    grant: Grant,
    role: Option<Role>,
    page: &OptionalPage<'_, Position>,
) -> Result<(Vec<ListedMember>, i64), Error> {
    let (tenant, member) = (grant.tenant(), plain_member(caller));
    let mut conn = services.db.global_conn().await?;
    let mut found = queries::list(&mut conn, tenant, member, role, page.after.clone(), page.rows()).await?;
    let total = match page.total(&found) {
        Some(total) => total,
        None => queries::count_listed(&mut conn, tenant, member, role).await?,
    };
    for found in &mut found {
        hide_address(caller, &mut found.member);
    }
    Ok((found, total))
}

/// The matching members after a position, and the number of all matching members. Reads all members with the role: names are compared
/// without case and accents, which the database cannot do.
async fn search(
    services: &Services,
    caller: &Caller,
    grant: Grant,
    role: Option<Role>,
    q: &str,
    after: Option<Position>,
) -> Result<(Vec<ListedMember>, i64), Error> {
    let matches = |found: &mut ListedMember| {
        hide_address(caller, &mut found.member);
        let email = found.member.email.as_deref();
        fold(&found.member.name).contains(q) || email.is_some_and(|email| fold(email).contains(q))
    };
    let member = plain_member(caller);
    let mut conn = services.db.global_conn().await?;
    let mut found = queries::list(&mut conn, grant.tenant(), member, role, None, None).await?;
    found.retain_mut(matches);
    let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
    if after.is_some() {
        found = queries::list(&mut conn, grant.tenant(), member, role, after, None).await?;
        found.retain_mut(matches);
    }
    Ok((found, total))
}

/// The caller, if they must not see who else in the workspace looks for a job. A caller who may see groups sees all members anyway.
fn plain_member(caller: &Caller) -> Option<UserId> {
    (!may(caller.tenant.role, Action::ReadGroups)).then_some(caller.user.id)
}

fn hide_address(caller: &Caller, member: &mut Member) {
    if !may(caller.tenant.role, Action::ManageMembers) && member.user_id != caller.user.id {
        member.email = None;
    }
}
