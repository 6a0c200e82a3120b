//! Registering from the link of an invitation.

use super::{Team, execute, person};
use crate::support::{error_code, run_jobs, test_app_with_smtp};
use chrono::TimeDelta;
use domain::{
    ErrorCode,
    auth::RegisterInput,
    tenants::{InvitationToken, Role, TenantKind},
};
use service::{
    Error,
    auth::SignIn,
    context::ClientInfo,
    organizations,
    testing::{PASSWORD, TestApp},
};
use sqlx::PgPool;

async fn register(app: &TestApp, email: &str, token: &str) -> Result<SignIn, Error> {
    let input = RegisterInput {
        email: email.into(),
        password: PASSWORD.into(),
        first_name: None,
        last_name: None,
        time_zone: None,
    };
    let token = InvitationToken { token: token.into() };
    organizations::register_invited(&app.services, input, &token, &ClientInfo::unknown()).await
}

const CONFIRMED: &str =
    "select count(*) from users where email <> 'owner@example.org' and email_verified_at is not null";

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn registering_with_the_invited_address_confirms_it_and_joins(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    let team = Team::with(app).await;
    run_jobs(&team.app).await;
    team.invite("ben", Role::Coach).await.expect("invited");
    smtp.clear();
    let joined = register(&team.app, "Ben@Example.org", "ben")
        .await
        .expect("registered");
    assert!(joined.user.email_verified);
    assert_eq!(
        (joined.tenant.id, joined.tenant.role),
        (team.owner.tenant.id, Role::Coach)
    );
    assert_eq!(team.count(CONFIRMED).await, 1);
    run_jobs(&team.app).await;
    assert!(smtp.emails().is_empty(), "nothing is left to confirm");
    let again = register(&team.app, "ben@example.org", "ben").await;
    assert_eq!(error_code(again), ErrorCode::EmailTaken);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invitation_confirms_no_other_address(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    let team = Team::with(app).await;
    team.invite("ben", Role::Admin).await.expect("invited");
    run_jobs(&team.app).await;
    smtp.clear();
    let forwarded = register(&team.app, "eve@example.org", "ben")
        .await
        .expect("registered");
    assert!(!forwarded.user.email_verified);
    assert_eq!(forwarded.tenant.kind, TenantKind::Personal);
    run_jobs(&team.app).await;
    assert_eq!(
        smtp.single_email().to,
        ["<eve@example.org>"],
        "to be confirmed as usual"
    );
    assert_eq!(team.count(CONFIRMED).await, 0);
    // It was not used, so its recipient can still join with it.
    let ben = register(&team.app, "ben@example.org", "ben")
        .await
        .expect("registered");
    assert_eq!(ben.tenant.kind, TenantKind::Organization);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invitation_that_has_ended_confirms_nothing(pool: PgPool) {
    let team = Team::new(pool).await;
    for name in ["used", "renewed", "revoked"] {
        team.invite(name, Role::Member).await.expect("invited");
    }
    let used = person(&team.app, "used").await;
    team.accept(&used, "used").await.expect("accepted");
    // An account that gets the address later.
    execute(
        &team.app,
        "update users set email = 'x', email_normalized = 'x', email_verified_at = null where email like 'used@%'",
    )
    .await;
    team.set_token("renewed", "another").await;
    execute(
        &team.app,
        "delete from tenant_invitations where email like 'revoked@%'",
    )
    .await;
    let ended = async |name: &str| {
        let registered = register(&team.app, &format!("{name}@example.org"), name).await;
        let registered = registered.expect("registered without the invitation");
        assert!(!registered.user.email_verified, "{name}");
        assert_eq!(registered.tenant.kind, TenantKind::Personal, "{name}");
    };
    for name in ["used", "renewed", "revoked", "guessed"] {
        ended(name).await;
    }
    team.invite("late", Role::Member).await.expect("invited");
    team.app.clock.advance(TimeDelta::days(8));
    ended("late").await;
    assert_eq!(team.count(CONFIRMED).await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn account_is_created_although_the_organization_is_full(pool: PgPool) {
    let team = Team::new(pool).await;
    team.invite("ben", Role::Member).await.expect("invited");
    execute(
        &team.app,
        "update tenants set quotas = '{\"members\": 1}' where kind = 'organization'",
    )
    .await;
    let registered = register(&team.app, "ben@example.org", "ben")
        .await
        .expect("registered");
    assert!(registered.user.email_verified, "the token proves it all the same");
    assert_eq!(registered.tenant.kind, TenantKind::Personal);
    assert_eq!(team.count("select count(*) from memberships").await, 3);
}
