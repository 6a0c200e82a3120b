//! The audit log of organizations and accounts.

use super::{Team, execute, person};
use crate::support::{error_code, reauth_input, run_jobs};
use chrono::TimeDelta;
use domain::{
    ErrorCode,
    audit::{AuditAction, AuditActorKind, AuditEntry, ExportEventsInput, ListEventsInput, sentence},
    auth::LogoutInput,
    coaching::{AccessScope, GrantAccessInput},
    tenants::{MemberRef, Role, UpdateMemberInput},
};
use service::{
    audit,
    auth::{self},
    coaching,
    context::{Caller, ClientInfo},
    organizations, users, wiring,
};
use sqlx::PgPool;

pub async fn events(team: &Team, caller: &Caller) -> Vec<AuditEntry> {
    audit::list_events(&team.app.services, caller, ListEventsInput::default())
        .await
        .expect("events")
        .data
}

/// In alphabetical order: the clock of the tests stands still.
pub fn sentences(events: &[AuditEntry]) -> Vec<String> {
    let mut sentences: Vec<String> = events.iter().map(sentence).collect();
    sentences.sort();
    sentences
}

async fn set_role(team: &Team, caller: &Caller, member: &Caller, role: Role) -> Option<ErrorCode> {
    let input = UpdateMemberInput {
        user_id: member.user.id,
        role,
    };
    let result = organizations::update_member(&team.app.services, caller, input).await;
    result.err().map(|error| domain::ApiError::from(error).code)
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn changes_of_members_are_in_the_log_of_the_organization(pool: PgPool) {
    let team = Team::new(pool).await;
    let ben = team.join("ben", Role::Member).await;
    assert_eq!(set_role(&team, &team.owner, &ben, Role::Coach).await, None);
    assert_eq!(
        set_role(&team, &team.owner, &ben, Role::Coach).await,
        None,
        "no change"
    );
    assert_eq!(
        set_role(&team, &ben, &ben, Role::Owner).await,
        Some(ErrorCode::Forbidden)
    );
    let cleo = team.join("cleo", Role::Admin).await;
    let member = MemberRef { user_id: ben.user.id };
    wiring::remove_member(&team.app.services, &cleo, member)
        .await
        .expect("removed");
    let listed = events(&team, &team.owner).await;
    let names = |who: &Caller| who.user.display_name();
    let (owner, cleo_name, ben_name) = (names(&team.owner), names(&cleo), names(&ben));
    let mut expected = [
        format!("{cleo_name} removed {ben_name}."),
        format!("{cleo_name} joined as admin."),
        format!("{owner} invited someone as admin."),
        format!("{owner} changed {ben_name}'s role from member to coach."),
        format!("{ben_name} joined as member."),
        format!("{owner} invited someone as member."),
        format!("{owner} created the organization."),
    ];
    expected.sort();
    assert_eq!(sentences(&listed), expected);
    let subjects = audit::list_subjects(&team.app.services, &team.owner, &listed)
        .await
        .expect("subjects");
    let removal = listed
        .iter()
        .find(|entry| entry.action == AuditAction::MemberRemoved);
    let subject = removal.and_then(|entry| subjects.find(entry));
    let label = subject.map(|subject| subject.label());
    assert_eq!(
        label,
        Some(format!("{ben_name} (former member)")),
        "without the address"
    );
    let former = audit::list_former_members(&team.app.services, &team.owner)
        .await
        .expect("former members");
    assert_eq!(former, [(ben.user.id, ben_name.clone())]);
    // Nothing in a row is a name, an address or a token.
    let rows: String = sqlx::query_scalar("select string_agg(t::text, ' ') from audit_events t")
        .fetch_one(&team.app.owner)
        .await
        .expect("rows");
    for secret in ["ben", "example.org", "0.0.0.0", "Career"] {
        assert!(!rows.contains(secret), "{secret} in {rows}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn rejected_change_leaves_no_event(pool: PgPool) {
    let team = Team::new(pool).await;
    let before = events(&team, &team.owner).await.len();
    let last_owner = set_role(&team, &team.owner, &team.owner, Role::Member).await;
    assert_eq!(last_owner, Some(ErrorCode::LastOwner));
    assert_eq!(events(&team, &team.owner).await.len(), before);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn only_owners_and_admins_read_the_log(pool: PgPool) {
    let team = Team::new(pool).await;
    for (name, role, is_allowed) in [
        ("ben", Role::Member, false),
        ("cleo", Role::Coach, false),
        ("dan", Role::Admin, true),
    ] {
        let caller = team.join(name, role).await;
        let listed = audit::list_events(&team.app.services, &caller, ListEventsInput::default()).await;
        let exported =
            users::export_audit_events(&team.app.services, &caller, ExportEventsInput::default()).await;
        assert_eq!(listed.is_ok(), is_allowed, "{name}");
        assert_eq!(exported.is_ok(), is_allowed, "{name}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn sign_ins_are_in_the_log_of_the_personal_workspace_only(pool: PgPool) {
    let team = Team::new(pool).await;
    let ben = team.join("ben", Role::Member).await;
    let client = ClientInfo::new("192.0.2.7".parse().expect("address"), None);
    let in_team = ben.clone().from_client(&client);
    team.app.clock.advance(TimeDelta::seconds(1));
    auth::revoke_other_sessions(&team.app.services, &in_team)
        .await
        .expect("revoked");
    team.app.clock.advance(TimeDelta::seconds(1));
    auth::logout(&team.app.services, &in_team, LogoutInput { everywhere: true })
        .await
        .expect("signed out");
    let of_team = events(&team, &team.owner).await;
    assert!(
        !sentences(&of_team).iter().any(|text| text.contains("signed")),
        "{of_team:?}"
    );
    let personal = service::tenants::list_tenants(&team.app.services, ben.user.id)
        .await
        .expect("tenants")
        .remove(0);
    let at_home = Caller {
        tenant: personal,
        ..in_team
    };
    let listed = events(&team, &at_home).await;
    let actions: Vec<_> = listed.iter().map(|entry| entry.action).collect();
    assert_eq!(
        actions,
        [
            AuditAction::SignedOutEverywhere,
            AuditAction::SessionsRevoked,
            AuditAction::Registered
        ]
    );
    let hashes: Vec<_> = listed.iter().map(|entry| entry.address_hash.clone()).collect();
    assert!(
        hashes[0].is_some() && hashes[0] == hashes[1],
        "the same address: {hashes:?}"
    );
    assert_ne!(hashes[0], hashes[2], "another address");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn filters_and_cursor_give_each_event_once(pool: PgPool) {
    let team = Team::new(pool).await;
    let ben = team.join("ben", Role::Member).await;
    for role in [Role::Coach, Role::Member, Role::Admin] {
        assert_eq!(set_role(&team, &team.owner, &ben, role).await, None);
    }
    let all = events(&team, &team.owner).await;
    let mut paged = Vec::new();
    let mut cursor = None;
    loop {
        let input = ListEventsInput {
            cursor: cursor.clone(),
            limit: Some(2),
            ..ListEventsInput::default()
        };
        let page = audit::list_events(&team.app.services, &team.owner, input)
            .await
            .expect("page");
        paged.extend(page.data);
        cursor = page.pagination.next_cursor;
        if cursor.is_none() {
            break;
        }
        let other_filter = ListEventsInput {
            cursor: cursor.clone(),
            actor_id: Some(ben.user.id),
            ..ListEventsInput::default()
        };
        let refused = audit::list_events(&team.app.services, &team.owner, other_filter).await;
        assert_eq!(error_code(refused), ErrorCode::Invalid);
    }
    assert_eq!(paged, all);
    let filtered = |input: ListEventsInput| async {
        audit::list_events(&team.app.services, &team.owner, input)
            .await
            .expect("filtered")
            .data
    };
    let of_ben = filtered(ListEventsInput {
        actor_id: Some(ben.user.id),
        ..ListEventsInput::default()
    })
    .await;
    assert_eq!(of_ben.len(), 1, "{of_ben:?}");
    let roles = filtered(ListEventsInput {
        action: Some(AuditAction::RoleChanged),
        ..ListEventsInput::default()
    })
    .await;
    assert_eq!(roles.len(), 3);
    let latest = all[0].at;
    let before = filtered(ListEventsInput {
        to: Some(latest),
        ..ListEventsInput::default()
    })
    .await;
    assert!(before.iter().all(|entry| entry.at < latest));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn events_of_a_deleted_account_stay_without_a_name(pool: PgPool) {
    let team = Team::new(pool).await;
    let ben = team.join("ben", Role::Admin).await;
    execute(&team.app, "update users set first_name = 'Benjamin'").await;
    team.app.clock.advance(TimeDelta::seconds(1));
    wiring::delete_user(&team.app.services, &ben, reauth_input(), &ClientInfo::unknown())
        .await
        .expect("deleted");
    let listed = events(&team, &team.owner).await;
    assert_eq!(listed[0].action, AuditAction::AccountDeleted);
    let actor = &listed[0].actor;
    assert_eq!((actor.id, &actor.name), (Some(ben.user.id), &None));
    assert_eq!(sentence(&listed[0]), "A former member deleted their account.");
    let personal =
        "select count(*) from audit_events e left join tenants t on t.id = e.tenant_id where t.id is null";
    assert_eq!(team.count(personal).await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn name_of_a_former_member_is_deleted_with_the_account(pool: PgPool) {
    let team = Team::new(pool).await;
    let ben = team.join("ben", Role::Member).await;
    let name = ben.user.display_name();
    let member = MemberRef { user_id: ben.user.id };
    wiring::remove_member(&team.app.services, &team.owner, member)
        .await
        .expect("removed");
    let owner = team.owner.user.display_name();
    let removal = |who: &str| format!("{owner} removed {who}.");
    assert!(sentences(&events(&team, &team.owner).await).contains(&removal(&name)));
    wiring::delete_user(&team.app.services, &ben, reauth_input(), &ClientInfo::unknown())
        .await
        .expect("deleted");
    assert!(sentences(&events(&team, &team.owner).await).contains(&removal("a former member")));
    assert_eq!(team.count("select count(*) from former_members").await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn ownership_that_passes_on_is_an_event_of_the_system(pool: PgPool) {
    let team = Team::new(pool).await;
    let ben = team.join("ben", Role::Admin).await;
    let owner = team.owner.clone();
    wiring::delete_user(&team.app.services, &owner, reauth_input(), &ClientInfo::unknown())
        .await
        .expect("deleted");
    let listed = events(&team, &ben).await;
    let passed = listed
        .iter()
        .find(|entry| entry.action == AuditAction::RoleChanged)
        .expect("an event");
    assert_eq!(passed.actor.kind, AuditActorKind::System);
    let name = ben.user.display_name();
    assert_eq!(
        sentence(passed),
        format!("JobHax changed {name}'s role from admin to owner.")
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn log_of_a_deleted_organization_goes_with_it(pool: PgPool) {
    let team = Team::new(pool).await;
    let tenant = team.owner.tenant.id;
    let input = domain::tenants::DeleteTenantInput {
        slug: team.owner.tenant.slug.clone(),
        password: reauth_input().password,
    };
    let owner = team.owner.clone();
    wiring::delete_tenant(&team.app.services, &owner, input, &ClientInfo::unknown())
        .await
        .expect("deleted");
    run_jobs(&team.app).await;
    let left = format!("select count(*) from audit_events where tenant_id = '{tenant}'");
    assert_eq!(team.count(&left).await, 0);
    let of_owner = "select count(*) from audit_events where action = 'tenant_deleted'";
    assert_eq!(team.count(of_owner).await, 1, "in the owner's personal workspace");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn export_has_each_event_as_a_sentence(pool: PgPool) {
    let team = Team::new(pool).await;
    let ben = person(&team.app, "ben").await;
    team.invite("ben", Role::Member).await.expect("invited");
    team.accept(&ben, "ben").await.expect("joined");
    team.app.clock.advance(TimeDelta::seconds(1));
    let input = ExportEventsInput::default();
    let mut export = users::export_audit_events(&team.app.services, &team.owner, input)
        .await
        .expect("export");
    let mut text = Vec::new();
    while let Some(chunk) = export.chunks.recv().await {
        text.extend(chunk.expect("chunk"));
    }
    let text = String::from_utf8(text).expect("UTF-8");
    let lines: Vec<_> = text.lines().collect();
    assert!(
        lines[0].ends_with(
            "Time,Event,Action,Actor,Actor id,Object,Object id,Address hash,Concerns,Concerns email"
        ),
        "{text}"
    );
    assert_eq!(lines.len(), 1 + 4, "with the export itself: {text}");
    assert!(lines[1].contains("exported the audit log"), "{text}");
    assert!(text.contains("ben joined as member."), "{text}");
    let invited = lines.iter().find(|line| line.contains("member_invited"));
    assert!(
        invited.is_some_and(|line| line.ends_with(",ben,ben@example.org")),
        "who accepted the invitation: {text}"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn grants_to_a_coach_end_when_they_become_a_member(pool: PgPool) {
    let team = Team::new(pool).await;
    let (services, owner) = (&team.app.services, &team.owner);
    let ben = team.join("ben", Role::Member).await;
    let cleo = team.join("cleo", Role::Coach).await;
    let input = GrantAccessInput {
        viewer_id: cleo.user.id,
        scope: AccessScope::Read,
        expires_at: None,
    };
    coaching::grant_access(services, &ben, input)
        .await
        .expect("granted");
    let grants = "select count(*) from access_grants";
    assert_eq!(set_role(&team, owner, &cleo, Role::Admin).await, None);
    assert_eq!(team.count(grants).await, 1, "an admin may have clients, too");
    assert_eq!(set_role(&team, owner, &cleo, Role::Member).await, None);
    assert_eq!(team.count(grants).await, 0);
    assert_eq!(set_role(&team, owner, &cleo, Role::Coach).await, None);
    let given = coaching::list_grants(services, &ben).await.expect("grants").given;
    assert!(given.is_empty(), "{given:?}");
    let (who, coach) = (owner.user.display_name(), cleo.user.display_name());
    let ended = format!("{who} ended the access of {coach} to applications of members by changing the role.");
    let listed = sentences(&events(&team, owner).await);
    assert_eq!(
        listed.iter().filter(|text| **text == ended).count(),
        1,
        "{listed:?}"
    );
}
