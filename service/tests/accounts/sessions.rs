//! SE-5, SE-8, AT-5: seeing and ending sign-ins.

use crate::support::{NEW, asked, bench, code, login, posted, reset};
use chrono::TimeDelta;
use domain::{
    ErrorCode, SessionId,
    users::{
        ChangePasswordInput, ProofInput, RefreshInput, RevokeSessionInput, SessionKind, TokenSet,
        UpdateProfileInput,
    },
};
use service::{
    Services,
    limits::Client,
    tenants::Caller,
    testing::PASSWORD,
    users::{self, RECENT},
};
use sqlx::PgPool;

async fn caller(services: &Services, tokens: &TokenSet) -> Option<Caller> {
    users::caller_of_token(services, &tokens.access_token).await.ok()
}

async fn refreshes(services: &Services, tokens: &TokenSet) -> bool {
    let input = RefreshInput {
        refresh_token: tokens.refresh_token.clone(),
        tenant: None,
    };
    users::refresh(services, input, &Client::unknown()).await.is_ok()
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn lists_ones_own_and_ends_one(pool: PgPool) {
    let bench = bench(pool);
    bench.person("ada").await.expect("ada");
    bench.person("eve").await.expect("eve");
    let first = login(&bench, "ada", PASSWORD, "curl/8.5").await.expect("in");
    bench.clock.advance(TimeDelta::minutes(1));
    let second = login(&bench, "ada", PASSWORD, "wget/1").await.expect("in");
    let ada = caller(&bench.services, &second).await.expect("ada");
    let sessions = users::get_sessions(&bench.services, &ada)
        .await
        .expect("sessions");
    assert_eq!(sessions.len(), 3, "and that of registering");
    assert!(sessions[0].current && !sessions[1].current);
    assert!(sessions.iter().all(|s| s.kind == SessionKind::Api));
    assert_eq!(sessions[0].agent.as_deref(), Some("wget/1"));

    let of_first = caller(&bench.services, &first).await.expect("first").session;
    let eve = login(&bench, "eve", PASSWORD, "curl/8").await.expect("eve");
    let eve = caller(&bench.services, &eve).await.expect("eve");
    let end = |who: Caller, session_id: SessionId| {
        let services = bench.services.clone();
        async move { users::revoke_session(&services, &who, RevokeSessionInput { session_id }).await }
    };
    assert_eq!(code(end(eve, of_first).await), ErrorCode::NotFound, "not hers");
    assert!(caller(&bench.services, &first).await.is_some());
    end(ada.clone(), of_first).await.expect("ended");
    assert!(caller(&bench.services, &first).await.is_none(), "dead at once");
    assert!(!refreshes(&bench.services, &first).await);
    assert_eq!(
        code(end(ada.clone(), of_first).await),
        ErrorCode::NotFound,
        "ended already"
    );

    users::revoke_other_sessions(&bench.services, &ada)
        .await
        .expect("ended");
    let left = users::get_sessions(&bench.services, &ada)
        .await
        .expect("sessions");
    assert_eq!(left.len(), 1);
    assert!(left[0].current);
}

/// SE-5, AT-5: another password ends everything else that is signed in, at once, refresh tokens too.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn another_password_ends_the_other_sessions(pool: PgPool) {
    let (bench, sink) = posted(pool).await;
    bench.person("ada").await.expect("ada");
    let stolen = login(&bench, "ada", PASSWORD, "curl/8").await.expect("in");
    let mine = login(&bench, "ada", PASSWORD, "curl/8").await.expect("in");
    assert!(
        caller(&bench.services, &stolen).await.is_some(),
        "kept in memory from here on"
    );
    let ada = caller(&bench.services, &mine).await.expect("ada");
    let input = ChangePasswordInput {
        current_password: Some(PASSWORD.into()),
        new_password: NEW.into(),
    };
    users::change_password(&bench.services, &ada, input, &Client::unknown())
        .await
        .expect("changed");
    assert!(caller(&bench.services, &stolen).await.is_none());
    assert!(!refreshes(&bench.services, &stolen).await);
    assert!(
        caller(&bench.services, &mine).await.is_some(),
        "the one that asked stays"
    );
    assert!(refreshes(&bench.services, &mine).await);

    let token = asked(&bench, &sink, "ada").await;
    reset(&bench, &token, "another good pass phrase")
        .await
        .expect("reset");
    assert!(caller(&bench.services, &mine).await.is_none(), "a reset ends all");
    assert!(!refreshes(&bench.services, &mine).await);
}

/// SE-8, AT-19: with an aged session nothing that decides over the account can be done, and nothing is.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn an_aged_session_decides_nothing(pool: PgPool) {
    let bench = bench(pool);
    bench.person("ada").await.expect("ada");
    let tokens = login(&bench, "ada", PASSWORD, "curl/8").await.expect("in");
    let ada = caller(&bench.services, &tokens).await.expect("ada");
    let services = &bench.services;
    let none = ProofInput::default;
    let exported = users::export_data(services, &ada, none(), &Client::unknown()).await;
    assert!(
        exported.is_ok(),
        "soon after signing in a session is proof enough for reading"
    );
    assert_eq!(
        code(users::delete_user(services, &ada, none(), &Client::unknown()).await),
        ErrorCode::ReauthenticationRequired,
        "and not for leaving"
    );
    bench.clock.advance(RECENT);
    let before: String = sqlx::query_scalar("select u::text from users u")
        .fetch_one(&bench.owner)
        .await
        .expect("row");
    assert_eq!(
        code(users::export_data(services, &ada, none(), &Client::unknown()).await),
        ErrorCode::ReauthenticationRequired
    );
    assert_eq!(
        code(users::delete_user(services, &ada, none(), &Client::unknown()).await),
        ErrorCode::ReauthenticationRequired
    );
    let change = ChangePasswordInput {
        current_password: None,
        new_password: NEW.into(),
    };
    assert_eq!(
        code(users::change_password(services, &ada, change, &Client::unknown()).await),
        ErrorCode::ReauthenticationRequired
    );
    let wrong = || ProofInput {
        password: Some("wrong wrong wrong".into()),
    };
    assert_eq!(
        crate::support::fields(users::export_data(services, &ada, wrong(), &Client::unknown()).await),
        ["password"]
    );
    assert_eq!(
        crate::support::fields(users::delete_user(services, &ada, wrong(), &Client::unknown()).await),
        ["password"]
    );
    let after: String = sqlx::query_scalar("select u::text from users u")
        .fetch_one(&bench.owner)
        .await
        .expect("row");
    assert_eq!(before, after);
    let right = crate::support::proof();
    assert!(
        users::export_data(services, &ada, right, &Client::unknown())
            .await
            .is_ok()
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_profile_changes_for_everybody_who_sees_it(pool: PgPool) {
    let bench = bench(pool);
    let ada = bench.person("ada").await.expect("ada");
    let input: UpdateProfileInput = UpdateProfileInput {
        first_name: Some(Some(" Zoe\u{301} ".into())),
        last_name: Some(Some("Winter".into())),
        time_zone: Some("Europe/Berlin".into()),
    };
    let user = users::update_profile(&bench.services, &ada, input)
        .await
        .expect("changed");
    assert_eq!(
        (user.first_name.as_deref(), user.time_zone.as_str()),
        (Some("Zo\u{e9}"), "Europe/Berlin")
    );
    assert_eq!(
        users::get_profile(&bench.services, &ada).await.expect("ada"),
        user
    );
    let shown: String = sqlx::query_scalar("select display_name from memberships")
        .fetch_one(&bench.owner)
        .await
        .expect("name");
    assert_eq!(shown, "Zo\u{e9} Winter");
    let gone = UpdateProfileInput {
        first_name: Some(None),
        ..Default::default()
    };
    let user = users::update_profile(&bench.services, &ada, gone)
        .await
        .expect("changed");
    assert_eq!(
        (user.first_name, user.last_name.as_deref()),
        (None, Some("Winter"))
    );
    let wrong = UpdateProfileInput {
        first_name: Some(Some("a\0".into())),
        last_name: Some(Some("x".repeat(101))),
        time_zone: Some("Mars/Base".into()),
    };
    let refused = users::update_profile(&bench.services, &ada, wrong).await;
    assert_eq!(
        crate::support::fields(refused),
        ["time_zone", "first_name", "last_name"]
    );
}
