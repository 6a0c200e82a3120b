//! Roles, and the end of memberships.

use super::{Team, authenticate, execute, invite_as, person};
use crate::support::{error_code, error_fields, login};
use domain::{
    ErrorCode, UserId,
    auth::RefreshTokenInput,
    jobapps::AddApplicationInput,
    tenants::{
        LeaveTenantInput, ListInvitationsInput, ListMembersInput, Member, MemberRef, Role, UpdateMemberInput,
    },
};
use service::{
    Error,
    auth::{self},
    context::{Caller, ClientInfo},
    jobapps, organizations,
    testing::{PASSWORD, TestApp},
    wiring,
};
use sqlx::PgPool;

async fn set_role(app: &TestApp, caller: &Caller, user_id: UserId, role: Role) -> Result<Member, Error> {
    organizations::update_member(&app.services, caller, UpdateMemberInput { user_id, role }).await
}

async fn remove(app: &TestApp, caller: &Caller, user_id: UserId) -> Result<(), Error> {
    wiring::remove_member(&app.services, caller, MemberRef { user_id }).await
}

async fn emails(team: &Team, caller: &Caller, q: &str) -> Vec<Option<String>> {
    let input = ListMembersInput {
        q: Some(q.into()),
        ..ListMembersInput::default()
    };
    let members = organizations::list_members(&team.app.services, caller, input).await;
    members
        .expect("members")
        .data
        .into_iter()
        .map(|member| member.email)
        .collect()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn members_are_listed_with_addresses_for_owners_and_admins(pool: PgPool) {
    let team = Team::new(pool).await;
    let member = team.join("member", Role::Member).await;
    let admin = team.join("admin", Role::Admin).await;
    let own = Some("member@example.org".to_owned());
    assert_eq!(emails(&team, &member, "").await, [None, None, own.clone()]);
    assert_eq!(emails(&team, &admin, "").await.iter().flatten().count(), 3);
    assert_eq!(emails(&team, &admin, "MEMBER@").await, [own]);
    assert_eq!(emails(&team, &member, "admin@").await, []);
}

/// Whoever looks for a job does not learn who else does.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn members_do_not_see_each_other(pool: PgPool) {
    let team = Team::new(pool).await;
    let ben = team.join("ben", Role::Member).await;
    team.join("cora", Role::Member).await;
    let coach = team.join("coach", Role::Coach).await;
    for (caller, expected) in [
        (&ben, vec!["owner", "coach", "ben"]),
        (&coach, vec!["owner", "coach", "ben", "cora"]),
        (&team.owner, vec!["owner", "coach", "ben", "cora"]),
    ] {
        for (q, limit) in [(None, None), (None, Some(9)), (Some("co".to_owned()), None)] {
            let expected: Vec<_> = match q {
                Some(_) => expected.iter().filter(|name| name.contains("co")).collect(),
                None => expected.iter().collect(),
            };
            let input = ListMembersInput {
                q,
                limit,
                ..ListMembersInput::default()
            };
            let list = organizations::list_members(&team.app.services, caller, input).await;
            let list = list.expect("members");
            let names: Vec<_> = list.data.iter().map(|member| &member.name).collect();
            assert_eq!(names, expected);
            assert_eq!(list.total, i64::try_from(expected.len()).expect("few"));
        }
        let role = Some(Role::Member);
        let input = ListMembersInput {
            role,
            limit: Some(1),
            ..ListMembersInput::default()
        };
        let list = organizations::list_members(&team.app.services, caller, input).await;
        let total = expected
            .iter()
            .filter(|name| ["ben", "cora"].contains(name))
            .count();
        assert_eq!(list.expect("members").total, i64::try_from(total).expect("few"));
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn page_of_members_continues_when_its_last_member_has_left(pool: PgPool) {
    let team = Team::new(pool).await;
    for name in ["anna", "ben", "cora", "dan"] {
        team.join(name, Role::Member).await;
    }
    for q in [None, Some("@EXAMPLE".to_owned())] {
        let input = |cursor| ListMembersInput {
            q: q.clone(),
            role: None,
            limit: Some(2),
            cursor,
        };
        let list = async |cursor| {
            let list = organizations::list_members(&team.app.services, &team.owner, input(cursor)).await;
            let list = list.expect("members");
            let names: Vec<String> = list.data.iter().map(|member| member.name.clone()).collect();
            (list.data, names, list.pagination.expect("a page").next_cursor)
        };
        let (data, names, cursor) = list(None).await;
        assert_eq!((names[0].as_str(), names.len()), ("owner", 2));
        remove(&team.app, &team.owner, data[1].user_id)
            .await
            .expect("removed");
        let (_, rest, cursor) = list(cursor).await;
        let expected = if q.is_none() {
            ["ben", "cora"]
        } else {
            ["cora", "dan"]
        };
        assert_eq!(
            (rest, cursor.is_some()),
            (expected.map(str::to_owned).to_vec(), q.is_none())
        );
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invalid_page_of_members_is_rejected(pool: PgPool) {
    let team = Team::new(pool).await;
    team.join("ben", Role::Member).await;
    let services = &team.app.services;
    let first = ListMembersInput {
        limit: Some(1),
        ..ListMembersInput::default()
    };
    let list = organizations::list_members(services, &team.owner, first.clone()).await;
    let cursor = list.expect("members").pagination.expect("a page").next_cursor;
    let garbage = Some("garbage".to_owned());
    let q = Some("ben".to_owned());
    for (expected, input) in [
        (
            "limit",
            ListMembersInput {
                limit: Some(0),
                ..first.clone()
            },
        ),
        (
            "limit",
            ListMembersInput {
                limit: Some(501),
                ..first.clone()
            },
        ),
        (
            "cursor",
            ListMembersInput {
                cursor: garbage,
                ..first.clone()
            },
        ),
        (
            "cursor",
            ListMembersInput {
                cursor: cursor.clone(),
                q,
                ..first.clone()
            },
        ),
        (
            "cursor",
            ListMembersInput {
                cursor: cursor.clone(),
                role: Some(Role::Member),
                ..first.clone()
            },
        ),
    ] {
        let result = organizations::list_members(services, &team.owner, input).await;
        assert_eq!(error_fields(result), [expected]);
    }
    let only_cursor = ListMembersInput {
        cursor,
        ..ListMembersInput::default()
    };
    let rest = organizations::list_members(services, &team.owner, only_cursor)
        .await
        .expect("members");
    assert_eq!(
        (
            rest.data.len(),
            rest.total,
            rest.pagination.expect("a page").limit
        ),
        (1, 2, 100)
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn admin_changes_no_owner_and_makes_none(pool: PgPool) {
    let team = Team::new(pool).await;
    let admin = team.join("admin", Role::Admin).await;
    let member = team.join("member", Role::Member).await;
    let (app, owner) = (&team.app, team.owner.user.id);
    for (actor, target, role) in [
        (&admin, owner, Role::Member),
        (&admin, admin.user.id, Role::Owner),
        (&admin, member.user.id, Role::Owner),
        (&member, member.user.id, Role::Admin),
        (&member, member.user.id, Role::Owner),
        (&member, owner, Role::Member),
    ] {
        let result = set_role(app, actor, target, role).await;
        assert_eq!(error_code(result), ErrorCode::Forbidden, "{role:?}");
    }
    assert_eq!(error_code(remove(app, &admin, owner).await), ErrorCode::Forbidden);
    assert_eq!(
        error_code(remove(app, &member, admin.user.id).await),
        ErrorCode::Forbidden
    );
    let stranger = person(app, "stranger").await;
    for result in [
        set_role(app, &admin, stranger.user.id, Role::Coach)
            .await
            .map(|_| ()),
        remove(app, &admin, stranger.user.id).await,
    ] {
        assert_eq!(error_code(result), ErrorCode::NotFound);
    }
    let coach = set_role(app, &admin, member.user.id, Role::Coach)
        .await
        .expect("changed");
    assert_eq!(coach.role, Role::Coach);
    set_role(app, &team.owner, admin.user.id, Role::Owner)
        .await
        .expect("changed");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn last_owner_keeps_the_role(pool: PgPool) {
    let team = Team::new(pool).await;
    let owner = team.owner.user.id;
    team.join("member", Role::Member).await;
    let expected = ErrorCode::LastOwner;
    assert_eq!(
        error_code(wiring::leave_tenant(&team.app.services, &team.owner, LeaveTenantInput::default()).await),
        expected
    );
    assert_eq!(error_code(remove(&team.app, &team.owner, owner).await), expected);
    assert_eq!(
        error_code(set_role(&team.app, &team.owner, owner, Role::Admin).await),
        expected
    );
    assert_eq!(
        team.count("select count(*) from memberships where role = 'owner'")
            .await,
        3
    );
}

/// Whatever two owners do at the same time, one of them remains.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn two_owners_at_once_leave_one(pool: PgPool) {
    let team = Team::new(pool).await;
    for round in 0..4 {
        let name = format!("second{round}");
        let second = team.join(&name, Role::Admin).await;
        set_role(&team.app, &team.owner, second.user.id, Role::Owner)
            .await
            .expect("owner");
        let (first_id, second_id) = (team.owner.user.id, second.user.id);
        let (services, app) = (&team.app.services, &team.app);
        let results: [Result<(), Error>; 2] = match round {
            0 => {
                let input = LeaveTenantInput::default();
                let (a, b) = tokio::join!(
                    wiring::leave_tenant(services, &team.owner, input),
                    wiring::leave_tenant(services, &second, input)
                );
                [a.map(|_| ()), b.map(|_| ())]
            }
            1 => tokio::join!(
                remove(app, &second, first_id),
                remove(app, &team.owner, second_id)
            )
            .into(),
            2 => {
                let (a, b) = tokio::join!(
                    set_role(app, &team.owner, first_id, Role::Member),
                    set_role(app, &second, second_id, Role::Member)
                );
                [a.map(|_| ()), b.map(|_| ())]
            }
            _ => {
                let (a, b) = tokio::join!(
                    set_role(app, &second, first_id, Role::Member),
                    wiring::leave_tenant(services, &second, LeaveTenantInput::default())
                );
                [a.map(|_| ()), b.map(|_| ())]
            }
        };
        assert_eq!(
            results.iter().filter(|result| result.is_ok()).count(),
            1,
            "{round}: {results:?}"
        );
        let organization = "tenant_id = (select id from tenants where kind = 'organization')";
        let owners = format!("select count(*) from memberships where role = 'owner' and {organization}");
        assert_eq!(team.count(&owners).await, 1, "{round}");
        // The first owner is the only one again.
        execute(app, &format!("delete from memberships where {organization}")).await;
        execute(
            app,
            &format!(
                "insert into memberships (tenant_id, user_id, role, display_name, joined_at) \
                 select id, '{first_id}', 'owner', 'owner', now() from tenants where kind = 'organization'"
            ),
        )
        .await;
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn removed_member_loses_access_and_has_the_data_in_the_personal_workspace(pool: PgPool) {
    let team = Team::new(pool).await;
    let alone = person(&team.app, "member").await;
    team.invite("member", Role::Member).await.expect("invited");
    let tokens = team.accept(&alone, "member").await.expect("joined");
    let member = authenticate(&team.app, &tokens).await.expect("member");
    for caller in [&alone, &member] {
        let input = AddApplicationInput {
            job_title: "Baker".into(),
            company: "Fernway".into(),
            ..AddApplicationInput::default()
        };
        jobapps::add(&team.app.services, caller, None, input)
            .await
            .expect("added");
    }
    remove(&team.app, &team.owner, member.user.id)
        .await
        .expect("removed");
    assert_eq!(
        error_code(authenticate(&team.app, &tokens).await),
        ErrorCode::Unauthorized
    );
    let input = RefreshTokenInput {
        refresh_token: tokens.refresh_token.clone(),
        tenant: Some(team.owner.tenant.slug.clone()),
    };
    let refreshed = auth::refresh_tokens(&team.app.services, input, &ClientInfo::unknown()).await;
    assert_eq!(error_code(refreshed), ErrorCode::NotFound);
    let there = team.owner.tenant.id;
    let sql = format!("select count(*) from job_applications where tenant_id = '{there}'");
    assert_eq!(team.count(&sql).await, 0);
    assert_eq!(team.count("select count(*) from job_applications").await, 2);
    login(&team.app, "member", PASSWORD, "curl/8")
        .await
        .expect("the account stays");
    let again = remove(&team.app, &team.owner, member.user.id).await;
    assert_eq!(error_code(again), ErrorCode::NotFound);
    // The link that made them a member does not do so again.
    assert_eq!(
        error_code(team.accept(&alone, "member").await),
        ErrorCode::LinkExpired
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn role_that_another_server_took_away_allows_nothing(pool: PgPool) {
    let team = Team::new(pool).await;
    let admin = team.join("admin", Role::Admin).await;
    let member = team.join("member", Role::Member).await;
    invite_as(&team.app, &admin, "ben", Role::Member)
        .await
        .expect("invited");
    set_role(&team.app, &team.owner, admin.user.id, Role::Member)
        .await
        .expect("changed");
    // Invitations of someone who may no longer invite end.
    let pending =
        organizations::list_invitations(&team.app.services, &team.owner, ListInvitationsInput::default())
            .await;
    assert_eq!(pending.expect("pending").data, []);
    // The caller of a request that began before.
    let (app, target) = (&team.app, member.user.id);
    for result in [
        set_role(app, &admin, target, Role::Coach).await.map(|_| ()),
        remove(app, &admin, target).await,
        invite_as(app, &admin, "eve", Role::Admin).await,
    ] {
        assert_eq!(error_code(result), ErrorCode::Forbidden);
    }
    assert_eq!(
        team.count("select count(*) from outbound_emails where email_normalized like 'eve@%'")
            .await,
        0
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn member_leaves_and_may_be_invited_again(pool: PgPool) {
    let team = Team::new(pool).await;
    let member = team.join("member", Role::Member).await;
    wiring::leave_tenant(&team.app.services, &member, LeaveTenantInput::default())
        .await
        .expect("left");
    assert_eq!(
        error_code(wiring::leave_tenant(&team.app.services, &member, LeaveTenantInput::default()).await),
        ErrorCode::NotFound
    );
    team.invite("member", Role::Coach).await.expect("invited");
    let tokens = team.accept(&member, "member").await.expect("joined");
    assert_eq!(tokens.tenant.role, Role::Coach);
}
