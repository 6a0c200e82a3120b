//! Email domains: how they are verified, and who may join by them.

use super::{Team, authenticate, execute, person};
use crate::support::{DnsServer, count, error_code, error_fields, test_app};
use chrono::TimeDelta;
use domain::{
    ErrorCode, TenantId,
    auth::TokenSet,
    tenants::{
        AddDomainInput, DomainRef, EmailDomain, JoinTenantInput, LeaveTenantInput, MAX_EMAIL_DOMAINS,
        MemberRef, Role, UpdateMemberInput,
    },
};
use service::{
    Error,
    auth::Channel,
    context::{Caller, ClientInfo},
    organizations, wiring,
};
use sqlx::PgPool;

async fn team_with_dns(pool: PgPool) -> (Team, DnsServer) {
    let dns = DnsServer::start().await;
    let mut app = test_app(pool);
    app.services = app.services.with_dns_server(dns.address).expect("resolver");
    (Team::with(app).await, dns)
}

async fn add(team: &Team, caller: &Caller, domain: &str) -> Result<EmailDomain, Error> {
    let input = AddDomainInput {
        domain: domain.into(),
    };
    organizations::add_domain(&team.app.services, caller, &input).await
}

async fn verify(team: &Team, domain: &EmailDomain) -> Result<EmailDomain, Error> {
    let input = DomainRef { domain_id: domain.id };
    organizations::verify_domain(&team.app.services, &team.owner, input, &ClientInfo::unknown()).await
}

/// Adds and verifies `example.org`, where all people of the tests have their addresses.
async fn add_verified(team: &Team, dns: &DnsServer) -> EmailDomain {
    let domain = add(team, &team.owner, "example.org").await.expect("added");
    dns.set(&domain.record_name, &domain.record_value);
    verify(team, &domain).await.expect("verified")
}

async fn join(team: &Team, caller: &Caller, tenant_id: TenantId) -> Result<TokenSet, Error> {
    let (user, client) = (caller.user.id, ClientInfo::unknown());
    let input = JoinTenantInput { tenant_id };
    organizations::join_tenant(&team.app.services, user, input, &client, Channel::Api)
        .await?
        .into_tokens()
}

async fn joinable(team: &Team, caller: &Caller) -> Vec<String> {
    let tenants = organizations::list_joinable_tenants(&team.app.services, &caller.user).await;
    let tenants = tenants.expect("joinable");
    tenants
        .into_iter()
        .map(|tenant| format!("{} by {}", tenant.name, tenant.domain))
        .collect()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn domain_with_its_record_is_verified_and_lets_people_join(pool: PgPool) {
    let (team, dns) = team_with_dns(pool).await;
    let ben = person(&team.app, "ben").await;
    let domain = add(&team, &team.owner, " @Example.org ").await.expect("added");
    assert_eq!(domain.record_name, "_jobhax-challenge.example.org");
    assert_eq!(error_fields(verify(&team, &domain).await), ["domain_id"]);
    dns.set(
        &domain.record_name,
        "jobhax-domain-verification=of-another-organization",
    );
    assert_eq!(error_fields(verify(&team, &domain).await), ["domain_id"]);
    assert_eq!(joinable(&team, &ben).await, [""; 0]);
    let tenant = team.owner.tenant.id;
    assert_eq!(error_code(join(&team, &ben, tenant).await), ErrorCode::NotFound);
    dns.set(&domain.record_name, &domain.record_value);
    let verified = verify(&team, &domain).await.expect("verified");
    assert!(verified.verified_at.is_some());
    assert_eq!(joinable(&team, &ben).await, ["Career Center by example.org"]);
    let tokens = join(&team, &ben, tenant).await.expect("joined");
    assert_eq!((tokens.tenant.id, tokens.tenant.role), (tenant, Role::Member));
    assert_eq!(joinable(&team, &ben).await, [""; 0]);
    join(&team, &ben, tenant).await.expect("joining again");
    assert_eq!(team.count("select count(*) from memberships").await, 4);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn joining_needs_a_confirmed_address_in_the_domain(pool: PgPool) {
    let (team, dns) = team_with_dns(pool).await;
    add_verified(&team, &dns).await;
    let unconfirmed = team.app.register_user("cora").await.expect("cora");
    let elsewhere = person(&team.app, "dan").await;
    for (address, may_join) in [
        ("dan@sub.example.org", false),
        ("dan@example.org.evil.test", false),
        ("dan@notexample.org", false),
        ("DAN@EXAMPLE.ORG", true),
    ] {
        let sql = format!(
            "update users set email = '{address}', email_normalized = lower('{address}') where id = '{}'",
            elsewhere.user.id
        );
        execute(&team.app, &sql).await;
        let joined = join(&team, &elsewhere, team.owner.tenant.id).await;
        assert_eq!(joined.is_ok(), may_join, "{address}");
    }
    let joined = join(&team, &unconfirmed, team.owner.tenant.id).await;
    assert_eq!(error_code(joined), ErrorCode::NotFound);
    assert_eq!(joinable(&team, &unconfirmed).await, [""; 0]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn removed_member_joins_again_by_invitation_only(pool: PgPool) {
    let (team, dns) = team_with_dns(pool).await;
    add_verified(&team, &dns).await;
    let tenant = team.owner.tenant.id;
    let ben = person(&team.app, "ben").await;
    let tokens = join(&team, &ben, tenant).await.expect("joined");
    let member = authenticate(&team.app, &tokens).await.expect("member");
    wiring::leave_tenant(&team.app.services, &member, LeaveTenantInput::default())
        .await
        .expect("left");
    join(&team, &ben, tenant).await.expect("who left may come back");
    let input = MemberRef { user_id: ben.user.id };
    wiring::remove_member(&team.app.services, &team.owner, input)
        .await
        .expect("removed");
    assert_eq!(error_code(join(&team, &ben, tenant).await), ErrorCode::NotFound);
    assert_eq!(joinable(&team, &ben).await, [""; 0]);
    team.invite("ben", Role::Coach).await.expect("invited");
    team.accept(&ben, "ben").await.expect("accepted");
    assert_eq!(team.count("select count(*) from removed_members").await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn domain_without_its_record_for_a_week_is_no_longer_verified(pool: PgPool) {
    let (team, dns) = team_with_dns(pool).await;
    add_verified(&team, &dns).await;
    let ben = person(&team.app, "ben").await;
    let recheck = || async {
        team.app.clock.advance(TimeDelta::hours(25));
        organizations::recheck_domains(&team.app.services)
            .await
            .expect("rechecked");
    };
    let record = organizations::list_domains(&team.app.services, &team.owner).await;
    let record = record.expect("domains").remove(0);
    dns.clear();
    for _ in 0..6 {
        recheck().await;
    }
    assert_eq!(joinable(&team, &ben).await.len(), 1);
    // The record is back, so the count starts again.
    dns.set(&record.record_name, &record.record_value);
    recheck().await;
    dns.clear();
    for _ in 0..6 {
        recheck().await;
    }
    assert_eq!(joinable(&team, &ben).await.len(), 1);
    recheck().await;
    assert_eq!(joinable(&team, &ben).await.len(), 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn domains_are_managed_by_owners_and_admins_of_organizations(pool: PgPool) {
    let (team, _dns) = team_with_dns(pool).await;
    let member = team.join("ben", Role::Member).await;
    let personal = person(&team.app, "cora").await;
    let added = add(&team, &member, "example.org").await;
    assert_eq!(error_code(added), ErrorCode::Forbidden);
    let added = add(&team, &personal, "example.org").await;
    assert_eq!(error_code(added), ErrorCode::PersonalWorkspace);
    assert_eq!(error_fields(add(&team, &team.owner, "example").await), ["domain"]);
    let first = add(&team, &team.owner, "example.org").await.expect("added");
    let again = add(&team, &team.owner, "example.org").await.expect("again");
    assert_eq!(first, again);
    for i in 1..MAX_EMAIL_DOMAINS {
        let domain = format!("d{i}.example.org");
        add(&team, &team.owner, &domain).await.expect("added");
    }
    let added = add(&team, &team.owner, "one-too-many.org").await;
    assert_eq!(error_code(added), ErrorCode::QuotaExceeded);
    let input = DomainRef { domain_id: first.id };
    let services = &team.app.services;
    let deleted = organizations::delete_domain(services, &team.owner, input).await;
    deleted.expect("deleted");
    assert_eq!(
        error_code(organizations::delete_domain(services, &team.owner, input).await),
        ErrorCode::NotFound
    );
}

/// Creates an API key and a webhook endpoint for each member of the team without one. Returns the members with API keys.
async fn give_keys(team: &Team) -> Vec<String> {
    let sql = format!(
        "insert into api_keys (id, tenant_id, user_id, name, prefix, secret_hash, scopes, created_at)
         select gen_random_uuid(), tenant_id, user_id, 'k', 'jhx_', sha256(user_id::text::bytea), '{{jobapps:read}}', now()
         from memberships where tenant_id = '{}' on conflict do nothing",
        team.owner.tenant.id
    );
    execute(&team.app, &sql).await;
    let sql = format!(
        "insert into webhook_endpoints
           (tenant_id, id, owner_id, url, description, events, state, secret, position, created_at, updated_at)
         select tenant_id, user_id, user_id, 'https://hooks.example', '', '{{*}}', 'enabled', '', 0, now(), now()
         from memberships where tenant_id = '{}' on conflict do nothing",
        team.owner.tenant.id
    );
    execute(&team.app, &sql).await;
    members_with_keys(team).await
}

async fn members_with_keys(team: &Team) -> Vec<String> {
    let names = async |sql| {
        let names = sqlx::query_scalar(sql).fetch_all(&team.app.owner).await;
        names.expect("names")
    };
    let with_keys: Vec<String> = names(
        "select m.display_name from api_keys k join memberships m using (tenant_id, user_id) order by 1",
    )
    .await;
    let with_webhooks: Vec<String> = names(
        "select m.display_name from webhook_endpoints e
         join memberships m on m.tenant_id = e.tenant_id and m.user_id = e.owner_id order by 1",
    )
    .await;
    assert_eq!(with_keys, with_webhooks, "both are deleted together");
    with_keys
}

/// The number of deleted API keys and webhook endpoints in the audit log.
async fn deletions_in_audit_log(team: &Team) -> (i64, i64) {
    let app = &team.app;
    (
        count(
            app,
            "select count(*) from audit_events where action = 'key_revoked'",
        )
        .await,
        count(
            app,
            "select count(*) from audit_events where action = 'webhook_deleted'",
        )
        .await,
    )
}

/// Single sign-on is required of members with an address in a verified domain. Only one that makes a key after signing in with it may
/// keep the key.
async fn require_single_sign_on(team: &Team) {
    let sql = format!(
        "insert into tenant_identity_providers
           (tenant_id, issuer, client_id, client_secret, activated_at, created_at, updated_at, is_required)
         values ('{}', 'https://id.example', 'c', '', now(), now(), now(), true)",
        team.owner.tenant.id
    );
    execute(&team.app, &sql).await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn verifying_another_domain_deletes_api_keys_and_webhooks_of_its_members_only(pool: PgPool) {
    let (team, dns) = team_with_dns(pool).await;
    add_verified(&team, &dns).await;
    team.join("ben", Role::Member).await;
    team.join("cora", Role::Member).await;
    let move_address = "update users set email = 'cora@other.test', email_normalized = 'cora@other.test' where email like 'cora@%'";
    execute(&team.app, move_address).await;
    let domain = add(&team, &team.owner, "other.test").await.expect("added");
    let everyone = ["ben", "cora", "owner"];
    assert_eq!(give_keys(&team).await, everyone);
    dns.set(
        &domain.record_name,
        "jobhax-domain-verification=of-another-organization",
    );
    require_single_sign_on(&team).await;
    assert_eq!(error_fields(verify(&team, &domain).await), ["domain_id"]);
    assert_eq!(members_with_keys(&team).await, everyone);
    dns.set(&domain.record_name, &domain.record_value);
    verify(&team, &domain).await.expect("verified");
    assert_eq!(members_with_keys(&team).await, ["ben", "owner"]);
    assert_eq!(deletions_in_audit_log(&team).await, (1, 1));
    // Looking up a verified domain again deletes no keys again.
    assert_eq!(give_keys(&team).await, everyone);
    verify(&team, &domain).await.expect("verified again");
    assert_eq!(members_with_keys(&team).await, everyone);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn owner_who_becomes_a_member_loses_api_keys_and_webhooks_where_single_sign_on_is_required(
    pool: PgPool,
) {
    let (team, dns) = team_with_dns(pool).await;
    add_verified(&team, &dns).await;
    let ben = team.join("ben", Role::Admin).await;
    let set_role = async |role| {
        let input = UpdateMemberInput {
            user_id: ben.user.id,
            role,
        };
        organizations::update_member(&team.app.services, &team.owner, input)
            .await
            .expect("changed");
    };
    set_role(Role::Owner).await;
    require_single_sign_on(&team).await;
    assert_eq!(give_keys(&team).await, ["ben", "owner"]);
    set_role(Role::Admin).await;
    assert_eq!(members_with_keys(&team).await, ["owner"]);
    assert_eq!(give_keys(&team).await, ["ben", "owner"]);
    set_role(Role::Member).await;
    assert_eq!(
        members_with_keys(&team).await,
        ["ben", "owner"],
        "was covered before"
    );
}
