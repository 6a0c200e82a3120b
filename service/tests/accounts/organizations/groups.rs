//! Groups of members.

use super::{
    Team, add_organization,
    audit::{events, sentences},
    execute, person,
};
use crate::support::{error_code, test_app};
use domain::{
    ErrorCode, GroupId, UserId,
    audit::AuditAction,
    tenants::{
        AddGroupInput, Group, GroupRef, InviteMemberInput, MAX_GROUP_MEMBERS, MemberRef, Role,
        SetGroupMembersInput, UpdateGroupInput,
    },
};
use service::{
    Error,
    context::{Caller, ClientInfo},
    organizations, wiring,
};
use sqlx::PgPool;

async fn add(team: &Team, caller: &Caller, name: &str) -> Result<Group, Error> {
    let input = AddGroupInput { name: name.into() };
    organizations::add_group(&team.app.services, caller, None, input).await
}

async fn set_members(
    team: &Team,
    caller: &Caller,
    group_id: GroupId,
    user_ids: &[UserId],
) -> Result<Group, Error> {
    let user_ids = user_ids.to_vec();
    let input = SetGroupMembersInput { group_id, user_ids };
    organizations::set_group_members(&team.app.services, caller, input).await
}

async fn list(team: &Team, caller: &Caller) -> Vec<(String, i64)> {
    let groups = organizations::list_groups(&team.app.services, caller).await;
    let groups = groups.expect("groups").into_iter();
    groups.map(|group| (group.name, group.member_count)).collect()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn coach_creates_renames_fills_and_deletes_groups(pool: PgPool) {
    let team = Team::new(pool).await;
    let coach = team.join("coach", Role::Coach).await;
    let ben = team.join("ben", Role::Member).await;
    let group = add(&team, &coach, "Spring").await.expect("added");
    add(&team, &coach, "autumn").await.expect("added");
    let filled = set_members(
        &team,
        &coach,
        group.id,
        &[ben.user.id, coach.user.id, ben.user.id],
    )
    .await;
    assert_eq!(filled.expect("filled").member_count, 2);
    assert_eq!(
        list(&team, &team.owner).await,
        [("autumn".into(), 0), ("Spring".into(), 2)]
    );
    let rename = |name: &str| UpdateGroupInput {
        group_id: group.id,
        name: name.into(),
    };
    let services = &team.app.services;
    let taken = organizations::update_group(services, &coach, rename("AUTUMN")).await;
    assert_eq!(error_code(taken), ErrorCode::Conflict);
    let renamed = organizations::update_group(services, &coach, rename("SPRING")).await;
    assert_eq!(renamed.expect("renamed").name, "SPRING");
    let emptied = set_members(&team, &coach, group.id, &[]).await.expect("emptied");
    assert_eq!(emptied.user_ids, []);
    let input = GroupRef { group_id: group.id };
    organizations::delete_group(services, &coach, input)
        .await
        .expect("deleted");
    let again = organizations::delete_group(services, &coach, input).await;
    assert_eq!(error_code(again), ErrorCode::NotFound);
    assert_eq!(list(&team, &coach).await, [("autumn".into(), 0)]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn member_neither_sees_nor_changes_groups(pool: PgPool) {
    let team = Team::new(pool).await;
    let ben = team.join("ben", Role::Member).await;
    let listed = organizations::list_groups(&team.app.services, &ben).await;
    assert_eq!(error_code(listed), ErrorCode::Forbidden);
    assert_eq!(error_code(add(&team, &ben, "Spring").await), ErrorCode::Forbidden);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn name_differs_from_others_in_more_than_case(pool: PgPool) {
    let team = Team::new(pool).await;
    add(&team, &team.owner, "Größe").await.expect("added");
    assert_eq!(
        error_code(add(&team, &team.owner, "GRÖSSE").await),
        ErrorCode::Conflict
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn stranger_in_a_group_changes_nothing(pool: PgPool) {
    let team = Team::new(pool).await;
    let ben = team.join("ben", Role::Member).await;
    let stranger = person(&team.app, "stranger").await;
    let group = add(&team, &team.owner, "Spring").await.expect("added").id;
    set_members(&team, &team.owner, group, &[ben.user.id])
        .await
        .expect("filled");
    let changed = set_members(&team, &team.owner, group, &[stranger.user.id]).await;
    assert_eq!(error_code(changed), ErrorCode::NotFound);
    assert_eq!(list(&team, &team.owner).await, [("Spring".into(), 1)]);
    let other = add_organization(&team.app, &stranger, "Other", None)
        .await
        .expect("organization");
    let foreign = set_members(&team, &other, group, &[]).await;
    assert_eq!(error_code(foreign), ErrorCode::NotFound);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn end_of_the_membership_ends_membership_of_groups(pool: PgPool) {
    let team = Team::new(pool).await;
    let ben = team.join("ben", Role::Member).await;
    let group = add(&team, &team.owner, "Spring").await.expect("added").id;
    set_members(&team, &team.owner, group, &[ben.user.id])
        .await
        .expect("filled");
    let input = MemberRef { user_id: ben.user.id };
    wiring::remove_member(&team.app.services, &team.owner, input)
        .await
        .expect("removed");
    assert_eq!(list(&team, &team.owner).await, [("Spring".into(), 0)]);
}

/// Two tabs show an empty group; one adds Carl, the other Mia.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn members_that_another_tab_has_added_stay_in_the_group(pool: PgPool) {
    let team = Team::new(pool).await;
    let (carl, mia) = (
        team.join("carl", Role::Member).await.user.id,
        team.join("mia", Role::Member).await.user.id,
    );
    let group_id = add(&team, &team.owner, "Spring").await.expect("added").id;
    let change = async |chosen: &[UserId], shown: &[UserId]| {
        let input = SetGroupMembersInput {
            group_id,
            user_ids: chosen.to_vec(),
        };
        let changed =
            organizations::change_group_members(&team.app.services, &team.owner, input, shown).await;
        let mut members = changed.expect("changed").user_ids;
        members.sort_unstable_by_key(|id| id.0);
        members
    };
    let mut both = vec![carl, mia];
    both.sort_unstable_by_key(|id| id.0);
    assert_eq!(change(&[carl], &[]).await, [carl]);
    assert_eq!(change(&[mia], &[]).await, both);
    assert_eq!(change(&[carl], &[carl, mia]).await, [carl]);
    assert_eq!(
        change(&[carl, mia], &[carl, mia]).await,
        [carl],
        "removed by the other tab"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invitation_puts_who_accepts_into_its_group_if_it_still_exists(pool: PgPool) {
    let team = Team::new(pool).await;
    let invite = async |name: &str, group: GroupId| {
        let input = InviteMemberInput {
            email: format!("{name}@example.org"),
            role: Role::Member,
            message: None,
            group_id: Some(group),
        };
        let client = ClientInfo::unknown();
        organizations::invite_member(&team.app.services, &team.owner, None, input, &client).await?;
        team.set_token(name, name).await;
        Ok::<(), Error>(())
    };
    let (ben, cat) = (person(&team.app, "ben").await, person(&team.app, "cat").await);
    let (kept, deleted) = (
        add(&team, &team.owner, "Spring").await.expect("added").id,
        add(&team, &team.owner, "Summer").await.expect("added").id,
    );
    invite("ben", kept).await.expect("invited");
    invite("cat", deleted).await.expect("invited");
    let input = GroupRef { group_id: deleted };
    organizations::delete_group(&team.app.services, &team.owner, input)
        .await
        .expect("deleted");
    let refused = invite("dan", deleted).await;
    assert_eq!(error_code(refused), ErrorCode::NotFound);
    team.accept(&ben, "ben").await.expect("joined");
    team.accept(&cat, "cat").await.expect("joined");
    assert_eq!(list(&team, &team.owner).await, [("Spring".into(), 1)]);
    assert_eq!(joining(&team).await, ["ben joined the group “Spring”."]);
}

/// The entries of the audit log about people who joined a group, or did not.
async fn joining(team: &Team) -> Vec<String> {
    let mut events = events(team, &team.owner).await;
    events.retain(|event| matches!(event.action, AuditAction::GroupJoined | AuditAction::GroupFull));
    sentences(&events)
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn full_group_does_not_prevent_joining_the_organization(pool: PgPool) {
    let mut app = test_app(pool);
    app.services.quotas.members = 2_000;
    let team = Team::with(app).await;
    let (ben, cat) = (person(&team.app, "ben").await, person(&team.app, "cat").await);
    let group = add(&team, &team.owner, "Spring").await.expect("added").id;
    let fill = format!(
        "insert into users (id, email, email_normalized, created_at)
           select gen_random_uuid(), n || '@full.test', n || '@full.test', now()
           from generate_series(2, {MAX_GROUP_MEMBERS}) n;
         insert into memberships (tenant_id, user_id, role, display_name, joined_at)
           select '{tenant}', id, 'member', 'x', now() from users where email like '%@full.test';
         insert into group_members (tenant_id, group_id, user_id)
           select '{tenant}', '{group}', id from users where email like '%@full.test'",
        tenant = team.owner.tenant.id,
    );
    execute(&team.app, &fill).await;
    for guest in [&ben, &cat] {
        let name = guest.user.display_name();
        let input = InviteMemberInput {
            email: guest.user.email.clone(),
            role: Role::Member,
            message: None,
            group_id: Some(group),
        };
        let client = ClientInfo::unknown();
        let services = &team.app.services;
        let invited = organizations::invite_member(services, &team.owner, None, input, &client).await;
        assert_eq!(invited.expect("invited").group_id, Some(group));
        team.set_token(&name, &name).await;
        team.accept(guest, &name).await.expect("joined");
    }
    assert_eq!(list(&team, &team.owner).await, [("Spring".into(), 1_000)]);
    assert_eq!(
        joining(&team).await,
        [
            "ben joined the group “Spring”.",
            "cat did not join the group “Spring”, because it was full.",
        ]
    );
}
