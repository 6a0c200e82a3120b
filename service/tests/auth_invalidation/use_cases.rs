//! Each use case, seen by a listener as another server has one.

use chrono::TimeDelta;
use domain::{
    auth::{
        ChangePasswordInput, LoginInput, LogoutInput, ReauthInput, RefreshTokenInput, ResetPasswordInput,
        RevokeSessionInput, TokenSet, VerifyEmailInput,
    },
    users::UpdateProfileInput,
};
use service::{
    auth::{self, Channel, SESSION_MAX_LIFETIME, SessionStore, USER_ID_KEY, authenticate_token},
    context::{Caller, ClientInfo},
    platform::clock::Clock as _,
    testing::{PASSWORD, TestApp},
    users, wiring,
};
use sqlx::{AssertSqlSafe, PgPool, postgres::PgListener};
use std::collections::{BTreeSet, HashMap};
use time::OffsetDateTime;
use tower_sessions_core::{
    SessionStore as _,
    session::{Id, Record},
};

const CHANNEL: &str = "jobhax_auth_invalidation";
const TOKEN: &str = "a-token-from-an-email";

struct OtherServer {
    app: TestApp,
    listener: PgListener,
}

impl OtherServer {
    async fn listen(pool: PgPool) -> Self {
        let app = TestApp::new(pool).expect("test app");
        let mut listener = PgListener::connect_with(&app.owner).await.expect("connected");
        listener.listen(CHANNEL).await.expect("listening");
        Self { app, listener }
    }

    async fn execute(&self, sql: &str) {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
            .execute(&self.app.owner)
            .await
            .expect("executed");
    }

    /// The notifications since the last call.
    async fn notifications(&mut self) -> BTreeSet<String> {
        self.execute(&format!("notify {CHANNEL}, 'end'")).await;
        let mut received = BTreeSet::new();
        loop {
            let notification = self.listener.recv().await.expect("notification");
            if notification.payload() == "end" {
                return received;
            }
            received.insert(notification.payload().to_owned());
        }
    }

    async fn expect(&mut self, use_case: &str, expected: &[String]) {
        let expected: BTreeSet<String> = expected.iter().cloned().collect();
        assert_eq!(self.notifications().await, expected, "{use_case}");
    }

    async fn login(&self) -> TokenSet {
        let input = LoginInput {
            email: "ada@example.org".into(),
            password: PASSWORD.into(),
            tenant: None,
        };
        auth::login(&self.app.services, input, &ClientInfo::unknown(), Channel::Api)
            .await
            .and_then(auth::SignIn::into_tokens)
            .expect("login")
    }

    async fn authenticate(&self, tokens: &TokenSet) -> Caller {
        authenticate_token(&self.app.services, &tokens.access_token)
            .await
            .expect("authenticated")
    }

    async fn refresh(&self, tokens: &TokenSet) -> Result<TokenSet, service::Error> {
        let input = RefreshTokenInput {
            refresh_token: tokens.refresh_token.clone(),
            tenant: None,
        };
        auth::refresh_tokens(&self.app.services, input, &ClientInfo::unknown()).await
    }

    /// Makes [`TOKEN`] valid, as if it had been sent by email.
    async fn issue_email_token(&self, purpose: &str) {
        self.execute(&format!(
            "insert into email_tokens (user_id, purpose, token_hash, email_normalized, created_at, expires_at) \
             select id, '{purpose}', sha256('{TOKEN}'), email_normalized, now(), 'infinity' from users"
        ))
        .await;
    }
}

fn user(caller: &Caller) -> String {
    format!("user {}", caller.user.id)
}

fn session(caller: &Caller) -> String {
    format!("session {}", caller.session)
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn session_revocation_notifies_all_servers(pool: PgPool) {
    let mut other = OtherServer::listen(pool).await;
    let s = other.app.services.clone();
    let ada = other.app.register_user("ada").await.expect("ada");
    let revoked = other.authenticate(&other.login().await).await;
    other.expect("login", &[]).await;

    let input = RevokeSessionInput {
        session_id: revoked.session,
    };
    auth::revoke_session(&s, &ada, input).await.expect("revoked");
    other.expect("revoke_session", &[session(&revoked)]).await;

    auth::revoke_other_sessions(&s, &ada).await.expect("revoked");
    other.expect("revoke_other_sessions", &[user(&ada)]).await;

    let caller = other.authenticate(&other.login().await).await;
    let input = LogoutInput { everywhere: false };
    auth::logout(&s, &caller, input).await.expect("logout");
    other.expect("logout", &[session(&caller)]).await;

    let caller = other.authenticate(&other.login().await).await;
    let input = LogoutInput { everywhere: true };
    auth::logout(&s, &caller, input).await.expect("logout");
    other.expect("logout everywhere", &[user(&caller)]).await;

    let stolen = other.login().await;
    let caller = other.authenticate(&stolen).await;
    other.refresh(&stolen).await.expect("refreshed");
    other.app.clock.advance(TimeDelta::minutes(1));
    other.refresh(&stolen).await.expect_err("reused");
    other
        .expect("reuse of a refresh token", &[session(&caller)])
        .await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn account_change_notifies_all_servers(pool: PgPool) {
    let mut other = OtherServer::listen(pool).await;
    let s = other.app.services.clone();
    let client = ClientInfo::unknown();
    let ada = other.app.register_user("ada").await.expect("ada");
    other.expect("register", &[]).await;

    let input = UpdateProfileInput {
        time_zone: Some("Asia/Tokyo".into()),
        ..UpdateProfileInput::default()
    };
    users::update_profile(&s, &ada, input).await.expect("updated");
    other.expect("update_profile", &[user(&ada)]).await;

    other.issue_email_token("verify_email").await;
    let input = VerifyEmailInput { token: TOKEN.into() };
    auth::verify_email(&s, input, &client).await.expect("verified");
    other.expect("verify_email", &[user(&ada)]).await;

    let new_password = "seven quiet cats herd sheep".to_owned();
    let input = ChangePasswordInput {
        current_password: Some(PASSWORD.into()),
        new_password: new_password.clone(),
    };
    auth::change_password(&s, &ada, input, &client)
        .await
        .expect("changed");
    other.expect("change_password", &[user(&ada)]).await;

    other.issue_email_token("reset_password").await;
    let input = ResetPasswordInput {
        token: TOKEN.into(),
        new_password: format!("{new_password} again"),
    };
    auth::reset_password(&s, input, &client).await.expect("reset");
    other.expect("reset_password", &[user(&ada)]).await;
}

/// Ada's tenant has another member, who becomes its owner.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn account_deletion_notifies_all_servers(pool: PgPool) {
    let mut other = OtherServer::listen(pool).await;
    let s = other.app.services.clone();
    let ada = other.app.register_user("ada").await.expect("ada");
    let ben = other.app.register_user("ben").await.expect("ben");
    other
        .execute(&format!(
            "insert into memberships values ('{}', '{}', 'member', 'Ben', now())",
            ada.tenant.id, ben.user.id
        ))
        .await;
    let input = ReauthInput {
        password: Some(PASSWORD.into()),
    };
    wiring::delete_user(&s, &ada, input, &ClientInfo::unknown())
        .await
        .expect("deleted");
    other.expect("delete_user", &[user(&ada), user(&ben)]).await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn expiry_notifies_all_servers(pool: PgPool) {
    let mut other = OtherServer::listen(pool).await;
    let s = other.app.services.clone();
    let (demo, tenant) = wiring::create_demo_user(&s, &ClientInfo::unknown(), "UTC")
        .await
        .expect("demo");
    other.app.register_user("ada").await.expect("ada");
    wiring::delete_expired(&s).await.expect("nothing expired");
    other.expect("nothing expired", &[]).await;
    other.app.clock.advance(TimeDelta::days(2));
    wiring::delete_expired(&s).await.expect("deleted");
    other
        .expect(
            "delete_expired",
            &[format!("user {}", demo.id), format!("tenant {}", tenant.id)],
        )
        .await;
}

/// These happen often and must not clear caches.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn frequent_change_sends_no_notification(pool: PgPool) {
    let mut other = OtherServer::listen(pool).await;
    let s = other.app.services.clone();
    let ada = other.app.register_user("ada").await.expect("ada");
    let tokens = other.login().await;
    other.refresh(&tokens).await.expect("refreshed");
    other.expect("login and refresh", &[]).await;

    let store = SessionStore::new(s);
    let expires_at = (other.app.clock.now() + SESSION_MAX_LIFETIME).timestamp();
    let mut record = Record {
        id: Id::default(),
        data: HashMap::from([(USER_ID_KEY.to_owned(), ada.user.id.to_string().into())]),
        expiry_date: OffsetDateTime::from_unix_timestamp(expires_at).expect("time"),
    };
    store.create(&mut record).await.expect("created");
    other.app.clock.advance(TimeDelta::hours(1));
    store.load(&record.id).await.expect("loaded").expect("session");
    store.save(&record).await.expect("saved");
    store.delete(&record.id).await.expect("deleted");
    other.expect("web session", &[]).await;
}
