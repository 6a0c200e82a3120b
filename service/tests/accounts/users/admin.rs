//! The commands of `jobhax admin`.

use crate::support::{count, error_code, test_app};
use domain::{
    ErrorCode,
    audit::{AuditActorKind, ListEventsInput, sentence},
    auth::LoginInput,
    quotas::Quota,
    tenants::Role,
};
use service::{
    admin, audit,
    auth::{self, Channel},
    context::{Caller, ClientInfo},
    testing::{PASSWORD, TestApp},
};
use sqlx::PgPool;

async fn sign_in(app: &TestApp, password: &str) -> Result<auth::SignIn, service::Error> {
    let input = LoginInput {
        email: "ada@example.org".into(),
        password: password.into(),
        tenant: None,
    };
    auth::login(&app.services, input, &ClientInfo::unknown(), Channel::Api).await
}

async fn sentences(app: &TestApp, caller: &Caller) -> Vec<String> {
    let listed = audit::list_events(&app.services, caller, ListEventsInput::default()).await;
    let listed = listed.expect("events").data;
    let by_operator = listed
        .iter()
        .filter(|entry| entry.actor.kind == AuditActorKind::Operator);
    by_operator.map(sentence).collect()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn locked_account_has_no_session_and_gets_none(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("registered");
    let tokens = sign_in(&app, PASSWORD)
        .await
        .expect("signed in")
        .into_tokens()
        .expect("tokens");
    auth::authenticate_token(&app.services, &tokens.access_token)
        .await
        .expect("cached");
    admin::lock_user(&app.services, ada.user.id)
        .await
        .expect("locked");
    admin::lock_user(&app.services, ada.user.id)
        .await
        .expect("locked already");
    let used = auth::authenticate_token(&app.services, &tokens.access_token).await;
    assert_eq!(error_code(used), ErrorCode::Unauthorized);
    assert_eq!(count(&app, "select count(*) from sessions").await, 0);
    let page = auth::authenticate_session(
        &app.services,
        ada.user.id,
        uuid::Uuid::nil().into(),
        &ada.tenant.slug,
    )
    .await;
    assert_eq!(error_code(page), ErrorCode::NotFound, "a page with an old cookie");
    assert_eq!(
        error_code(sign_in(&app, PASSWORD).await),
        ErrorCode::AccountLocked
    );
    // A person without the password does not learn that the account is locked.
    let wrong = sign_in(&app, "wrong horse battery").await;
    assert_eq!(error_code(wrong), ErrorCode::InvalidCredentials);
    admin::unlock_user(&app.services, ada.user.id)
        .await
        .expect("unlocked");
    sign_in(&app, PASSWORD).await.expect("signed in again");
    let mut events = sentences(&app, &ada).await;
    events.sort();
    assert_eq!(
        events,
        [
            "The operator locked the account of ada.",
            "The operator unlocked the account of ada."
        ]
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn quota_that_the_operator_sets_replaces_the_default_until_it_is_removed(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("registered");
    let limit = || async {
        let usage = service::quotas::list_usage(&app.services, &ada)
            .await
            .expect("usage");
        let found = usage.iter().find(|usage| usage.quota == Quota::Mailboxes);
        found.expect("mailboxes").limit
    };
    let default = limit().await;
    let (services, tenant) = (&app.services, ada.tenant.id);
    for (set, expected) in [(Some(3), 3), (Some(0), 0), (None, default)] {
        admin::set_quota(services, tenant, Quota::Mailboxes, set)
            .await
            .expect("set");
        assert_eq!(limit().await, expected);
    }
    assert_eq!(sentences(&app, &ada).await.len(), 3);
    let unknown = admin::set_quota(services, uuid::Uuid::nil().into(), Quota::Mailboxes, None).await;
    assert_eq!(error_code(unknown), ErrorCode::NotFound);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn users_and_tenants_are_found_by_part_of_their_names(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("registered");
    app.register_user("ben").await.expect("registered");
    let found = admin::list_users(&app.services, Some("ADA@"))
        .await
        .expect("found");
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].id, &found[0].tenants),
        (ada.user.id, &vec![ada.tenant.slug.clone()])
    );
    let id = ada.user.id.to_string();
    assert_eq!(
        admin::list_users(&app.services, Some(&id))
            .await
            .expect("by id")
            .len(),
        1
    );
    assert_eq!(
        admin::list_users(&app.services, None).await.expect("all").len(),
        2
    );
    let tenants = admin::list_tenants(&app.services, Some(&ada.tenant.slug))
        .await
        .expect("found");
    assert_eq!((tenants.len(), tenants[0].members), (1, 1));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn operator_makes_a_member_an_owner_and_deletes_an_account(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("registered");
    let ben = app.register_user("ben").await.expect("registered");
    let stranger = admin::make_owner(&app.services, ada.tenant.id, ben.user.id).await;
    assert_eq!(error_code(stranger), ErrorCode::NotFound);
    sqlx::query("insert into memberships values ($1, $2, 'member', 'Ben', now())")
        .bind(ada.tenant.id.0)
        .bind(ben.user.id.0)
        .execute(&app.owner)
        .await
        .expect("member");
    admin::make_owner(&app.services, ada.tenant.id, ben.user.id)
        .await
        .expect("owner");
    let owners = "select count(*) from memberships where role = 'owner' and display_name = 'Ben'";
    assert_eq!(count(&app, owners).await, 1);
    let in_ada = Caller {
        tenant: domain::tenants::Tenant {
            role: Role::Owner,
            ..ada.tenant.clone()
        },
        ..ben
    };
    assert_eq!(
        sentences(&app, &in_ada).await,
        ["The operator changed Ben's role from member to owner."]
    );
    admin::delete_user(&app.services, ada.user.id)
        .await
        .expect("deleted");
    assert_eq!(
        error_code(admin::delete_user(&app.services, ada.user.id).await),
        ErrorCode::NotFound
    );
    assert_eq!(count(&app, "select count(*) from users").await, 1);
}
