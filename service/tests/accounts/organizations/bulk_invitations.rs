//! Inviting many addresses at once.

use super::{Team, add_organization, person};
use crate::support::{error_code, error_fields, test_app};
use domain::{
    ErrorCode, GroupId,
    tenants::{
        AddGroupInput, GroupRef, InvitationLine, InvitationResult, InviteMembersInput, ListInvitationsInput,
        Role,
    },
};
use service::{
    Error,
    context::{Caller, ClientInfo},
    idempotency::IdempotentRequest,
    organizations,
};
use sqlx::PgPool;

fn input(addresses: &str) -> InviteMembersInput {
    InviteMembersInput {
        addresses: addresses.into(),
        role: Role::Member,
        message: None,
        group_id: None,
    }
}

async fn invite(team: &Team, caller: &Caller, addresses: &str) -> Result<Vec<InvitationLine>, Error> {
    let client = ClientInfo::unknown();
    organizations::invite_members(&team.app.services, caller, None, input(addresses), &client).await
}

fn results(lines: &[InvitationLine]) -> Vec<(u64, InvitationResult)> {
    lines.iter().map(|line| (line.line, line.result)).collect()
}

const SENT: &str = "select count(*) from outbound_emails where kind = 'invitation'";

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn each_line_is_reported_and_invalid_ones_do_not_prevent_others(pool: PgPool) {
    let team = Team::new(pool).await;
    team.join("ben", Role::Member).await;
    let before = team.count(SENT).await;
    let first = invite(&team, &team.owner, "dan@x.co").await.expect("invited");
    assert_eq!(results(&first), [(1, InvitationResult::Invited)]);
    let text =
        "E-Mail;Role\nBEN@example.org;\ncat@x.co;coach\nDan@x.co;admin\nnothing;\ncat@X.co;\neve@x.co;king\n";
    let lines = invite(&team, &team.owner, text).await.expect("invited");
    assert_eq!(
        results(&lines),
        [
            (2, InvitationResult::AlreadyMember),
            (3, InvitationResult::Invited),
            (4, InvitationResult::Renewed),
            (5, InvitationResult::Invalid),
            (6, InvitationResult::Duplicate),
            (7, InvitationResult::Invalid),
        ]
    );
    let detail = |index: usize| lines[index].detail.clone().expect("a detail");
    assert!(
        detail(4).contains("line 3") && detail(5).contains("king"),
        "{lines:?}"
    );
    assert_eq!(team.count(SENT).await - before, 3);
    let roles = "select count(*) from tenant_invitations
                 where email_normalized = 'cat@x.co' and role = 'coach' or email_normalized = 'dan@x.co' and role = 'admin'";
    assert_eq!(team.count(roles).await, 2);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn pending_invitation_keeps_its_role_unless_its_line_names_another(pool: PgPool) {
    let team = Team::new(pool).await;
    invite(&team, &team.owner, "ada@x.co,coach\nben@x.co,coach\n")
        .await
        .expect("invited");
    let lines = invite(&team, &team.owner, "email,role\nada@x.co,\nben@x.co,admin\n")
        .await
        .expect("invited");
    let details: Vec<_> = lines.into_iter().map(|line| (line.result, line.detail)).collect();
    let renewed = |text: &str| (InvitationResult::Renewed, Some(text.to_owned()));
    assert_eq!(
        details,
        [
            renewed("Sent again, as coach. The earlier link no longer works."),
            renewed("Sent again, as admin, no longer as coach. The earlier link no longer works."),
        ]
    );
    let roles = "select count(*) from tenant_invitations
                 where email_normalized = 'ada@x.co' and role = 'coach' or email_normalized = 'ben@x.co' and role = 'admin'";
    assert_eq!(team.count(roles).await, 2);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn five_hundred_addresses_are_invited_at_once_and_more_are_rejected(pool: PgPool) {
    let mut app = test_app(pool);
    app.services = app.services.with_limits("".parse().expect("the defaults"));
    app.services.quotas.members = 1_000;
    let team = Team::with(app).await;
    let text = |n: usize| -> String {
        let lines: Vec<String> = (0..n).map(|n| format!("a{n}@x.co")).collect();
        lines.join("\n")
    };
    let lines = invite(&team, &team.owner, &text(500)).await.expect("invited");
    assert!(lines.iter().all(|line| line.result == InvitationResult::Invited));
    assert_eq!(team.count(SENT).await, 500);
    assert_eq!(
        error_fields(invite(&team, &team.owner, &text(501)).await),
        ["addresses"]
    );
    // Not a second time on this day: the workspace may send 600.
    let lines = invite(&team, &team.owner, &text(500)).await.expect("reported");
    let renewed = lines
        .iter()
        .filter(|line| line.result == InvitationResult::Renewed);
    assert_eq!(renewed.count(), 100);
    assert_eq!(lines[499].result, InvitationResult::RateLimited);
    assert_eq!(team.count(SENT).await, 600);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn recipient_is_not_bombed_and_quota_is_not_exceeded(pool: PgPool) {
    let mut app = test_app(pool);
    app.services = app
        .services
        .with_limits("invitation_per_recipient=2/d".parse().expect("limits"));
    app.services.quotas.members = 3;
    let team = Team::with(app).await;
    let second = add_organization(&team.app, &team.owner, "Second", None)
        .await
        .expect("added");
    for caller in [&team.owner, &second] {
        invite(&team, caller, "ben@x.co").await.expect("invited");
    }
    let lines = invite(&team, &team.owner, "BEN@x.co, cat@x.co, dan@x.co").await;
    assert_eq!(
        results(&lines.expect("reported")),
        [
            (1, InvitationResult::RateLimited),
            (1, InvitationResult::Invited),
            (1, InvitationResult::OverQuota),
        ]
    );
    let pending = "select count(*) from tenant_invitations where email_normalized = 'dan@x.co'";
    assert_eq!(team.count(pending).await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn repeated_request_is_answered_from_the_stored_response(pool: PgPool) {
    let team = Team::new(pool).await;
    let before = team.count(SENT).await;
    let client = ClientInfo::unknown();
    let call = async || {
        let request = IdempotentRequest::new("POST /invite_members", b"once").expect("valid key");
        organizations::invite_members(
            &team.app.services,
            &team.owner,
            Some(&request),
            input("cat@x.co"),
            &client,
        )
        .await
        .expect("invited")
    };
    let (first, second) = (call().await, call().await);
    assert_eq!(first, second);
    assert_eq!(results(&second), [(1, InvitationResult::Invited)], "not renewed");
    assert_eq!(team.count(SENT).await - before, 1);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invitations_are_refused_for_members_and_personal_workspaces(pool: PgPool) {
    let team = Team::new(pool).await;
    let member = team.join("ben", Role::Member).await;
    assert_eq!(
        error_code(invite(&team, &member, "cat@x.co").await),
        ErrorCode::Forbidden
    );
    let alone = person(&team.app, "dan").await;
    assert_eq!(
        error_code(invite(&team, &alone, "cat@x.co").await),
        ErrorCode::PersonalWorkspace
    );
    assert_eq!(
        error_fields(invite(&team, &team.owner, " \n ").await),
        ["addresses"]
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn line_with_a_group_makes_who_accepts_part_of_it(pool: PgPool) {
    let team = Team::new(pool).await;
    let services = &team.app.services;
    let group = AddGroupInput {
        name: "Spring".into(),
    };
    organizations::add_group(services, &team.owner, None, group)
        .await
        .expect("added");
    let ben = person(&team.app, "ben").await;
    let text = "email,group\nben@example.org,SPRING\ncat@x.co,Autumn\n";
    let lines = invite(&team, &team.owner, text).await.expect("invited");
    assert_eq!(
        results(&lines),
        [(2, InvitationResult::Invited), (3, InvitationResult::Invalid)]
    );
    assert!(
        lines[1]
            .detail
            .as_deref()
            .is_some_and(|text| text.contains("Autumn")),
        "{lines:?}"
    );
    // Sent again without a group, which it keeps.
    team.invite("ben", Role::Member).await.expect("invited");
    team.accept(&ben, "ben").await.expect("joined");
    let groups = organizations::list_groups(services, &team.owner)
        .await
        .expect("groups");
    assert_eq!(groups[0].user_ids, [ben.user.id]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn group_of_the_list_is_for_lines_and_pending_invitations_without_one(pool: PgPool) {
    let team = Team::new(pool).await;
    let services = &team.app.services;
    let add = async |name: &str| {
        let input = AddGroupInput { name: name.into() };
        let added = organizations::add_group(services, &team.owner, None, input).await;
        added.expect("added").id
    };
    let (spring, autumn) = (add("Spring").await, add("Autumn").await);
    let send = async |addresses: &str, group_id: Option<GroupId>| {
        let input = InviteMembersInput {
            group_id,
            ..input(addresses)
        };
        let client = ClientInfo::unknown();
        organizations::invite_members(services, &team.owner, None, input, &client).await
    };
    send("email,group\nada@x.co,Spring\nben@x.co,\n", None)
        .await
        .expect("invited");
    send(
        "email,group\nada@x.co,\nben@x.co,\ncat@x.co,\ndan@x.co,SPRING\n",
        Some(autumn),
    )
    .await
    .expect("invited");
    let listed =
        organizations::list_invitations(services, &team.owner, ListInvitationsInput::default()).await;
    let mut groups: Vec<_> = listed
        .expect("invitations")
        .data
        .into_iter()
        .map(|invitation| (invitation.email, invitation.group_id))
        .collect();
    groups.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(
        groups,
        [
            ("ada@x.co".to_owned(), Some(spring)),
            ("ben@x.co".to_owned(), Some(autumn)),
            ("cat@x.co".to_owned(), Some(autumn)),
            ("dan@x.co".to_owned(), Some(spring)),
        ]
    );
    let input = GroupRef { group_id: autumn };
    organizations::delete_group(services, &team.owner, input)
        .await
        .expect("deleted");
    assert_eq!(
        error_code(send("eve@x.co", Some(autumn)).await),
        ErrorCode::NotFound
    );
}
