//! Invitations: who can use them, how often, and how many are sent.

use super::{
    Team, accept, add_organization,
    audit::{events, sentences},
    invite_as, person,
};
use crate::support::{error_code, error_fields, run_jobs, test_app, test_app_with_smtp};
use chrono::TimeDelta;
use domain::{
    ErrorCode, InvitationId,
    tenants::{
        AddGroupInput, Invitation, InvitationList, InvitationRef, InvitationToken, InviteMemberInput,
        ListInvitationsInput, Role,
    },
};
use service::{Error, context::ClientInfo, organizations, testing::TestApp, wiring};
use sqlx::PgPool;

async fn invite(team: &Team, input: InviteMemberInput) -> Result<Invitation, Error> {
    let client = ClientInfo::unknown();
    organizations::invite_member(&team.app.services, &team.owner, None, input, &client).await
}

async fn list(team: &Team, input: ListInvitationsInput) -> Result<InvitationList, Error> {
    organizations::list_invitations(&team.app.services, &team.owner, input).await
}

async fn pending(team: &Team) -> Vec<Invitation> {
    let pending = list(team, ListInvitationsInput::default()).await;
    pending.expect("pending").data
}

async fn preview(app: &TestApp, token: &str) -> Result<String, Error> {
    let input = InvitationToken { token: token.into() };
    let found = organizations::find_invitation(&app.services, &input, &ClientInfo::unknown()).await?;
    Ok(format!(
        "{} invites {} to {} as {}",
        found.inviter,
        found.email,
        found.tenant_name,
        found.role.as_str()
    ))
}

/// The token in the link of an email.
fn token_of(text: &str) -> String {
    let (_, rest) = text.split_once("http://test-app/invitations/").expect("a link");
    rest.split_whitespace().next().expect("a token").to_owned()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invitation_is_emailed_and_accepted(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    let team = Team::with(app).await;
    run_jobs(&team.app).await;
    smtp.clear();
    let input = InviteMemberInput {
        email: "Ben@Example.org".into(),
        role: Role::Coach,
        message: Some("Welcome on Monday.".into()),
        group_id: None,
    };
    invite(&team, input).await.expect("invited");
    run_jobs(&team.app).await;
    // The recipient need not have an account.
    let email = smtp.single_email();
    assert_eq!(email.to, ["<Ben@Example.org>"]);
    assert!(
        email
            .text()
            .contains("owner invites you to Career Center on JobHax as a coach.")
            && email.text().contains("Welcome on Monday.")
    );
    assert_eq!(
        email.headers("Subject"),
        ["Career Center invites you to JobHax as a coach"]
    );
    let token = token_of(&email.text());
    assert_eq!(
        preview(&team.app, &token).await.expect("preview"),
        "owner invites Ben@Example.org to Career Center as coach"
    );
    let ben = person(&team.app, "ben").await;
    let tokens = accept(&team.app, &ben, &token).await.expect("accepted");
    assert_eq!(
        (tokens.tenant.id, tokens.tenant.role),
        (team.owner.tenant.id, Role::Coach)
    );
    assert_eq!(pending(&team).await, []);
    assert_eq!(
        error_code(preview(&team.app, &token).await),
        ErrorCode::LinkExpired
    );
    let again = invite_as(&team.app, &team.owner, "ben", Role::Member).await;
    assert_eq!(error_code(again), ErrorCode::Conflict, "a member already");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invitation_is_for_its_confirmed_address_only(pool: PgPool) {
    let team = Team::new(pool).await;
    let eve = person(&team.app, "eve").await;
    let ben = team.app.register_user("ben").await.expect("ben");
    team.invite("ben", Role::Admin).await.expect("invited");
    assert_eq!(
        error_code(team.accept(&eve, "ben").await),
        ErrorCode::OtherAddress
    );
    assert_eq!(
        error_code(team.accept(&ben, "ben").await),
        ErrorCode::EmailNotVerified
    );
    assert_eq!(
        error_code(team.accept(&eve, "guessed").await),
        ErrorCode::LinkExpired
    );
    assert_eq!(team.count("select count(*) from memberships").await, 4);
    super::execute(&team.app, "update users set email_verified_at = now()").await;
    team.accept(&ben, "ben").await.expect("accepted");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invitation_is_used_once(pool: PgPool) {
    let team = Team::new(pool).await;
    let ben = team.join("ben", Role::Member).await;
    // Sending the form twice is no error.
    team.accept(&ben, "ben").await.expect("the same member");
    assert_eq!(team.count("select count(*) from memberships").await, 4);
    // Another account that has the address later does not get in with the same link.
    super::execute(
        &team.app,
        "update users set email = 'x', email_normalized = 'x' where email like 'ben@%'",
    )
    .await;
    let other = person(&team.app, "ben").await;
    assert_eq!(
        error_code(team.accept(&other, "ben").await),
        ErrorCode::LinkExpired
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn concurrent_acceptances_create_one_membership(pool: PgPool) {
    let team = Team::new(pool).await;
    let ben = person(&team.app, "ben").await;
    team.invite("ben", Role::Member).await.expect("invited");
    let (a, b, c) = tokio::join!(
        team.accept(&ben, "ben"),
        team.accept(&ben, "ben"),
        team.accept(&ben, "ben")
    );
    for result in [a, b, c] {
        result.expect("accepted");
    }
    assert_eq!(team.count("select count(*) from memberships").await, 4);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invitation_expired_revoked_or_renewed_is_refused(pool: PgPool) {
    let team = Team::new(pool).await;
    let ben = person(&team.app, "ben").await;
    team.invite("ben", Role::Member).await.expect("invited");
    team.app.clock.advance(TimeDelta::days(7));
    assert_eq!(error_code(team.accept(&ben, "ben").await), ErrorCode::LinkExpired);
    assert_eq!(pending(&team).await, []);

    invite_as(&team.app, &team.owner, "ben", Role::Member)
        .await
        .expect("renewed");
    assert_eq!(
        error_code(team.accept(&ben, "ben").await),
        ErrorCode::LinkExpired,
        "the earlier link"
    );
    team.set_token("ben", "second").await;
    let invitation_id = pending(&team).await[0].id;
    let revoke = async |invitation_id: InvitationId| {
        organizations::revoke_invitation(&team.app.services, &team.owner, InvitationRef { invitation_id })
            .await
    };
    revoke(invitation_id).await.expect("revoked");
    assert_eq!(error_code(revoke(invitation_id).await), ErrorCode::NotFound);
    assert_eq!(
        error_code(team.accept(&ben, "second").await),
        ErrorCode::LinkExpired
    );

    team.invite("ben", Role::Member).await.expect("invited");
    team.app.clock.advance(TimeDelta::days(8));
    wiring::delete_expired(&team.app.services)
        .await
        .expect("cleaned up");
    assert_eq!(team.count("select count(*) from tenant_invitations").await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn revoked_invitation_is_not_emailed(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    let team = Team::with(app).await;
    run_jobs(&team.app).await;
    smtp.clear();
    invite_as(&team.app, &team.owner, "ben", Role::Member)
        .await
        .expect("invited");
    invite_as(&team.app, &team.owner, "ben", Role::Admin)
        .await
        .expect("renewed");
    run_jobs(&team.app).await;
    let text = smtp.single_email().text();
    assert_eq!(
        preview(&team.app, &token_of(&text))
            .await
            .expect("the newer link"),
        "owner invites ben@example.org to Career Center as admin"
    );
    smtp.clear();
    invite_as(&team.app, &team.owner, "eve", Role::Member)
        .await
        .expect("invited");
    let invitations = pending(&team).await;
    let eve = invitations
        .iter()
        .find(|invitation| invitation.email.starts_with("eve"));
    let invitation_id = eve.expect("pending").id;
    organizations::revoke_invitation(&team.app.services, &team.owner, InvitationRef { invitation_id })
        .await
        .expect("revoked");
    run_jobs(&team.app).await;
    assert!(smtp.emails().is_empty());
    assert_eq!(team.count("select count(*) from outbound_emails").await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invitations_are_limited_per_recipient_and_workspace(pool: PgPool) {
    let mut app = test_app(pool);
    let limits =
        "invitation_per_recipient=2/d,invitation_per_tenant=4/d,invitation_per_user=9/d,organization=2/d";
    app.services = app.services.with_limits(limits.parse().expect("limits"));
    let team = Team::with(app).await;
    let owner = &team.owner;
    // Another workspace and another member do not help.
    let second = add_organization(&team.app, owner, "Second", None)
        .await
        .expect("added");
    let third = add_organization(&team.app, owner, "Third", None).await;
    assert_eq!(error_code(third), ErrorCode::RateLimited);
    for caller in [owner, &second] {
        invite_as(&team.app, caller, "ben", Role::Member)
            .await
            .expect("invited");
    }
    for caller in [owner, &second] {
        let bombing = invite_as(&team.app, caller, "BEN", Role::Member).await;
        assert_eq!(error_code(bombing), ErrorCode::RateLimited);
    }
    for name in ["cat", "dan", "eve"] {
        invite_as(&team.app, owner, name, Role::Member)
            .await
            .expect("invited");
    }
    let fifth = invite_as(&team.app, owner, "fay", Role::Member).await;
    assert_eq!(error_code(fifth), ErrorCode::RateLimited);
    invite_as(&team.app, &second, "fay", Role::Member)
        .await
        .expect("invited");
    assert_eq!(
        team.count("select count(*) from outbound_emails where kind = 'invitation'")
            .await,
        6
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn members_and_invitations_are_limited(pool: PgPool) {
    let mut app = test_app(pool);
    app.services.quotas.members = 3;
    let team = Team::with(app).await;
    let ben = person(&team.app, "ben").await;
    team.invite("ben", Role::Member).await.expect("invited");
    team.invite("cat", Role::Member).await.expect("invited");
    assert_eq!(
        error_code(team.invite("dan", Role::Member).await),
        ErrorCode::QuotaExceeded
    );
    team.invite("cat", Role::Coach).await.expect("renewed");
    team.accept(&ben, "ben").await.expect("accepted");
    let mut full = team.app.services.clone();
    full.quotas.members = 2;
    let cat = person(&team.app, "cat").await;
    let input = InvitationToken { token: "cat".into() };
    let client = ClientInfo::unknown();
    let joined =
        organizations::accept_invitation(&full, cat.user.id, &input, &client, service::auth::Channel::Api)
            .await;
    assert_eq!(error_code(joined), ErrorCode::QuotaExceeded);
    assert_eq!(
        team.count("select count(*) from tenant_invitations where accepted_at is null")
            .await,
        1
    );
}

/// The response and what is stored are the same for an address with and without an account.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invitation_does_not_say_whether_an_address_has_an_account(pool: PgPool) {
    let team = Team::new(pool).await;
    person(&team.app, "ben").await;
    let mut seen = Vec::new();
    for name in ["ben", "nobody"] {
        let input = InviteMemberInput {
            email: format!("{name}@example.org"),
            role: Role::Member,
            message: None,
            group_id: None,
        };
        let mut invitation = invite(&team, input).await.expect("invited");
        invitation.id = InvitationId(uuid::Uuid::nil());
        invitation.email.clear();
        seen.push(invitation);
    }
    assert_eq!(seen[0], seen[1]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn sender_must_have_a_confirmed_address_and_input_be_valid(pool: PgPool) {
    let team = Team::new(pool).await;
    let mut unverified = team.owner.clone();
    unverified.user.email_verified = false;
    let refused = invite_as(&team.app, &unverified, "ben", Role::Member).await;
    assert_eq!(error_code(refused), ErrorCode::EmailNotVerified);
    let input = InviteMemberInput {
        email: "ben".into(),
        role: Role::Owner,
        message: Some("see evil.com".into()),
        group_id: None,
    };
    assert_eq!(
        error_fields(invite(&team, input).await),
        ["email", "role", "message"]
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn group_of_an_invitation_is_joined_and_one_of_another_organization_is_not_found(pool: PgPool) {
    let team = Team::new(pool).await;
    let services = &team.app.services;
    let (ben, stranger) = (
        person(&team.app, "ben").await,
        person(&team.app, "stranger").await,
    );
    let other = add_organization(&team.app, &stranger, "Other", None)
        .await
        .expect("organization");
    let mut groups = Vec::new();
    for owner in [&team.owner, &other] {
        let group = AddGroupInput {
            name: "Spring".into(),
        };
        let added = organizations::add_group(services, owner, None, group).await;
        groups.push(added.expect("added").id);
    }
    let input = |group_id| InviteMemberInput {
        email: "ben@example.org".into(),
        role: Role::Member,
        message: None,
        group_id: Some(group_id),
    };
    let foreign = invite(&team, input(groups[1])).await;
    assert_eq!(error_code(foreign), ErrorCode::NotFound);
    assert_eq!(team.count("select count(*) from tenant_invitations").await, 0);
    invite(&team, input(groups[0])).await.expect("invited");
    // Sent again, with a token that the test knows.
    team.invite("ben", Role::Member).await.expect("invited");
    team.accept(&ben, "ben").await.expect("joined");
    let listed = organizations::list_groups(services, &team.owner).await;
    assert_eq!(listed.expect("groups")[0].user_ids, [ben.user.id]);
    let logged = sentences(&events(&team, &team.owner).await);
    let joined = format!("{} joined the group “Spring”.", ben.user.display_name());
    assert!(logged.contains(&joined), "no {joined} in {logged:?}");
}

/// Neither the account of the inviter nor that of the recipient leaves an invitation behind.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invitations_are_deleted_with_inviter_and_recipient(pool: PgPool) {
    let team = Team::new(pool).await;
    let admin = team.join("admin", Role::Admin).await;
    let ben = person(&team.app, "ben").await;
    invite_as(&team.app, &admin, "cat", Role::Member)
        .await
        .expect("invited");
    invite_as(&team.app, &team.owner, "ben", Role::Member)
        .await
        .expect("invited");
    for caller in [&admin, &ben] {
        let input = crate::support::reauth_input();
        wiring::delete_user(&team.app.services, caller, input, &ClientInfo::unknown())
            .await
            .expect("deleted");
    }
    assert_eq!(pending(&team).await, []);
    assert_eq!(team.count("select count(*) from tenant_invitations").await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invitations_are_listed_in_pages(pool: PgPool) {
    let team = Team::new(pool).await;
    for n in 0..5 {
        team.app.clock.advance(TimeDelta::seconds(i64::from(n % 2)));
        let name = format!("p{n}");
        invite_as(&team.app, &team.owner, &name, Role::Member)
            .await
            .expect("invited");
    }
    let all: Vec<InvitationId> = pending(&team).await.iter().map(|i| i.id).collect();
    assert_eq!(all.len(), 5);
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let limit = Some(2);
        let page = list(&team, ListInvitationsInput { cursor, limit })
            .await
            .expect("a page");
        assert_eq!(page.total, 5);
        assert!(page.data.len() <= 2);
        seen.extend(page.data.iter().map(|invitation| invitation.id));
        cursor = page.pagination.expect("pages").next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, all);
    let foreign = ListInvitationsInput {
        cursor: Some("x".into()),
        limit: None,
    };
    assert_eq!(error_fields(list(&team, foreign).await), ["cursor"]);
    let zero = ListInvitationsInput {
        cursor: None,
        limit: Some(0),
    };
    assert_eq!(error_fields(list(&team, zero).await), ["limit"]);
}
