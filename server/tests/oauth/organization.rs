//! Signing in with the provider of an organization.

use crate::support::{Browser, OidcProvider, TestClient, TestServer};
use serde_json::{Value, json};
use service::{
    auth::{authenticate_session, is_signed_in, oauth::Settings},
    testing::PASSWORD,
};
use sqlx::PgPool;

/// An organization with a verified domain, and the settings of a provider that is not active yet.
struct World {
    server: TestServer,
    provider: OidcProvider,
    /// API client of the owner, in the organization.
    owner: TestClient,
    /// Browser of the owner.
    browser: Browser,
    slug: String,
    tenant: String,
}

impl World {
    async fn new(pool: PgPool) -> Self {
        let settings = Settings {
            allow_private_organization_providers: true,
            ..Settings::default()
        };
        let server = TestServer::with_providers(pool, settings);
        let mut browser = server.browser();
        browser.register("owner@inbox.example").await;
        server.execute("update users set email_verified_at = now()").await;
        let personal = server.login_email("owner@inbox.example").await;
        let tenant = personal
            .post("/tenants/add_tenant", json!({ "name": "University" }))
            .await
            .expect_status(201);
        let slug = tenant["data"]["slug"].as_str().expect("a slug").to_owned();
        let tenant = tenant["data"]["id"].as_str().expect("an id").to_owned();
        let body = json!({ "email": "owner@inbox.example", "password": PASSWORD, "tenant": slug });
        let tokens = server
            .anonymous()
            .post("/users/login", body)
            .await
            .expect_status(200);
        let owner = server.client(tokens["data"]["access_token"].as_str().expect("a token"));
        let provider = OidcProvider::start_for(&format!("/auth/organization-{tenant}/callback"));
        let world = Self {
            server,
            provider,
            owner,
            browser,
            slug,
            tenant,
        };
        world.verify_domain("provider.example").await;
        world.configure().await;
        world
    }

    async fn verify_domain(&self, domain: &str) {
        let added = self
            .owner
            .post("/tenants/add_domain", json!({ "domain": domain }))
            .await;
        added.expect_status(200);
        self.server
            .execute("update tenant_domains set verified_at = now(), checked_at = now()")
            .await;
    }

    /// Sends the settings of the provider.
    async fn configure(&self) -> Value {
        let client = self.provider.client_settings();
        let body = json!({
            "issuer": client.issuer, "client_id": client.id, "client_secret": "secret-of-jobhax-at-the-provider",
        });
        let set = self.owner.post("/tenants/set_identity_provider", body).await;
        set.expect_status(200)["data"].clone()
    }

    /// Performs a test sign-in as the owner, with this login at the provider.
    async fn test_sign_in(&mut self, login: &str) {
        let form = format!("purpose=test&slug={}", self.slug);
        let url = self.browser.start_authorization("organization-test", &form).await;
        self.browser.sign_out_of_provider();
        let callback = self.browser.authorize_at_provider(&url, login).await;
        let response = self.browser.get(&callback).await;
        assert_eq!(
            response.location(),
            format!("/w/{}/settings/organization", self.slug)
        );
    }

    async fn is_active(&self) -> bool {
        let provider = self.owner.get("/tenants/get_identity_provider").await;
        !provider.expect_status(200)["data"]["activated_at"].is_null()
    }

    /// Signs in with this login at the provider. Returns the page that JobHax redirects to.
    async fn sign_in(&self, browser: &mut Browser, login: &str) -> String {
        let form = format!("organization={}", self.slug);
        let url = browser.start_authorization("organization", &form).await;
        let callback = browser.authorize_at_provider(&url, login).await;
        browser.get(&callback).await.location().to_owned()
    }

    /// Whether the event stream of an open page continues, for the only session of the user with this login at the provider.
    async fn has_stream(&self, login: &str) -> bool {
        let sql = "select user_id, id from sessions
                   where kind = 'web' and user_id = (select id from users where email like $1 || '@%')";
        let (user, session): (uuid::Uuid, uuid::Uuid) = sqlx::query_as(sql)
            .bind(login)
            .fetch_one(&self.server.owner)
            .await
            .expect("a session");
        let services = &self.server.services;
        let caller = authenticate_session(services, user.into(), session.into(), &self.slug).await;
        let is_signed_in = is_signed_in(services, &caller.expect("authenticated")).await;
        is_signed_in.expect("checked")
    }

    fn board(&self) -> String {
        format!("/w/{}/board", self.slug)
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn provider_is_active_after_a_successful_test(pool: PgPool) {
    let mut world = World::new(pool).await;
    let mut ben = world.server.browser();
    let form = format!("organization={}", world.slug);
    let refused = ben.submit_form("/auth/organization", &form).await;
    assert_eq!(
        (refused.status.as_u16(), refused.location()),
        (303, "/sign-in/organization")
    );
    // The test sign-in must use an address in a verified domain.
    let claims = json!({"sub": "eve", "email": "eve@elsewhere.example", "email_verified": true});
    world.test_sign_in(&claims.to_string()).await;
    assert!(!world.is_active().await);
    world.test_sign_in("tester").await;
    assert!(world.is_active().await);
    let users = "select count(*) from users";
    assert_eq!(world.server.count(users).await, 1, "a test signs nobody in");
    assert_eq!(world.sign_in(&mut ben, "ben").await, world.board());
    assert!(ben.can_open(&world.board()).await);
    let members = world.owner.get("/tenants/get_members?role=member").await;
    assert_eq!(
        members.expect_status(200)["data"][0]["email"],
        "ben@provider.example"
    );
    world.configure().await;
    assert!(!world.is_active().await, "changed settings are tested again");
    let refused = ben.submit_form("/auth/organization", &form).await;
    assert_eq!(refused.location(), "/sign-in/organization");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn provider_claims_count_only_in_verified_domains(pool: PgPool) {
    let mut world = World::new(pool).await;
    world.test_sign_in("tester").await;
    let mut victim = world.server.browser();
    victim.register("victim@inbox.example").await;
    world
        .server
        .execute("update users set email_verified_at = now()")
        .await;
    for (email, is_verified) in [
        ("victim@inbox.example", true),
        ("new@elsewhere.example", true),
        ("new@sub.provider.example", true),
        ("new@provider.example", false),
    ] {
        let claims = json!({"sub": email, "email": email, "email_verified": is_verified});
        let mut eve = world.server.browser();
        let page = world.sign_in(&mut eve, &claims.to_string()).await;
        assert_eq!(page, "/sign-in", "{email}");
        assert!(!eve.can_open(&world.board()).await);
    }
    assert_eq!(world.server.count("select count(*) from users").await, 2);
    // An account with an address in the domain can be linked by its user only, not by the provider.
    let mut cora = world.server.browser();
    cora.register("cora@provider.example").await;
    world
        .server
        .execute("update users set email_verified_at = now()")
        .await;
    let mut impostor = world.server.browser();
    assert_eq!(world.sign_in(&mut impostor, "cora").await, "/sign-in");
    let provider = format!("organization-{}", world.tenant);
    let url = cora.start_authorization(&provider, "purpose=link").await;
    let callback = cora.authorize_at_provider(&url, "cora").await;
    assert_eq!(cora.get(&callback).await.status, 303);
    let mut elsewhere = world.server.browser();
    assert_eq!(world.sign_in(&mut elsewhere, "cora").await, world.board());
    // After the account's address was changed to another domain, the organization's provider no longer signs in to it.
    let moved = "update users set email = 'cora@inbox.example', email_normalized = 'cora@inbox.example' where email like 'cora@%'";
    world.server.execute(moved).await;
    let mut late = world.server.browser();
    assert_eq!(world.sign_in(&mut late, "cora").await, "/sign-in");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn removed_member_does_not_return_by_the_provider(pool: PgPool) {
    let mut world = World::new(pool).await;
    world.test_sign_in("tester").await;
    let mut ben = world.server.browser();
    assert_eq!(world.sign_in(&mut ben, "ben").await, world.board());
    let members = world.owner.get("/tenants/get_members?role=member").await;
    let id = members.expect_status(200)["data"][0]["user_id"].clone();
    let removed = world
        .owner
        .post("/tenants/remove_member", json!({ "user_id": id }))
        .await;
    assert_eq!(removed.status, 204);
    assert!(!ben.can_open(&world.board()).await);
    assert_eq!(world.sign_in(&mut ben, "ben").await, "/sign-in");
    let deleted = world
        .owner
        .post("/tenants/delete_identity_provider", json!({}))
        .await;
    assert_eq!(deleted.status, 204);
    let form = format!("organization={}", world.slug);
    let refused = ben.submit_form("/auth/organization", &form).await;
    assert_eq!(refused.location(), "/sign-in/organization");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn issuer_in_a_private_network_is_rejected(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    server.execute("update tenants set kind = 'organization'").await;
    for issuer in [
        "http://id.example.org",
        "https://127.0.0.1",
        "https://10.0.0.7/realm",
        "https://localhost",
        "https://169.254.169.254/latest",
        "https://id.example.org:8443",
        "https://a:b@id.example.org",
        "https://id.example.org/?x=1",
        "id.example.org",
    ] {
        let body = json!({ "issuer": issuer, "client_id": "x", "client_secret": "y" });
        let response = ada.post("/tenants/set_identity_provider", body).await;
        let problem = response.expect_status(422);
        assert_eq!(problem["errors"][0]["field"], "issuer", "{issuer}");
    }
}

/// The status, and the code of the problem if it is one.
fn status_and_code(response: &crate::support::TestResponse) -> (u16, String) {
    let body: Value = serde_json::from_str(&response.text).unwrap_or_default();
    let code = body["code"].as_str().unwrap_or_default().to_owned();
    (response.status.as_u16(), code)
}

const REFUSED: (u16, &str) = (403, "single_sign_on_required");

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn required_provider_is_the_only_way_in_for_members_of_its_domains(pool: PgPool) {
    let mut world = World::new(pool).await;
    let require = async |world: &World, required: bool| {
        let body = json!({ "required": required });
        world.owner.post("/tenants/require_single_sign_on", body).await
    };
    let refused = require(&world, true).await;
    assert_eq!(
        status_and_code(&refused),
        (409, "conflict".into()),
        "not tested yet"
    );
    world.test_sign_in("tester").await;
    let mut ben = world.server.browser();
    assert_eq!(world.sign_in(&mut ben, "ben").await, world.board());
    // Cora has a password and an address in the domain; Gina has an address in another domain.
    let (mut cora, mut gina) = (world.server.browser(), world.server.browser());
    let personal = cora.register("cora@provider.example").await;
    gina.register("gina@inbox.example").await;
    let confirm = "update users set email_verified_at = now() where email_verified_at is null";
    world.server.execute(confirm).await;
    let join = format!(
        "insert into memberships (tenant_id, user_id, role, display_name, joined_at)
         select '{}', id, 'admin', email, now() from users where email in ('cora@provider.example', 'gina@inbox.example')",
        world.tenant
    );
    world.server.execute(&join).await;
    let login = async |email: &str, slug: Option<&str>| {
        let body = json!({ "email": email, "password": PASSWORD, "tenant": slug });
        world.server.anonymous().post("/users/login", body).await
    };
    let tokens = login("cora@provider.example", Some(&world.slug))
        .await
        .expect_status(200);
    let token = |tokens: &Value| {
        tokens["data"]["access_token"]
            .as_str()
            .expect("a token")
            .to_owned()
    };
    let api = world.server.client(&token(&tokens));
    api.get("/tenants/get_members").await.expect_status(200);
    assert!(cora.can_open(&world.board()).await);

    let state = require(&world, true).await.expect_status(200)["data"].clone();
    assert_eq!(state["required"], true);
    let counts = ["covered_members", "guests", "owners"].map(|name| state[name].as_i64());
    assert_eq!(counts, [Some(2), Some(1), Some(1)], "{state}");

    // Effective immediately, for existing sessions and tokens.
    let settings = format!("/w/{}/settings/members", world.slug);
    let led = cora.get(&settings).await;
    let sign_in = format!(
        "/sign-in/organization?next={settings}&organization={}",
        world.slug
    );
    assert_eq!((led.status.as_u16(), led.location()), (303, sign_in.as_str()));
    let form = format!("slug={}&name=x&new_slug=taken-over", world.slug);
    let written = cora.submit_form("/_fn/settings/update_organization", &form).await;
    assert!(written.location().starts_with("/sign-in/organization?"));
    let renamed = "select count(*) from tenants where slug = 'taken-over'";
    assert_eq!(world.server.count(renamed).await, 0);
    let export = format!("/w/{}/settings/audit/export", world.slug);
    assert_eq!(cora.get(&export).await.status, 403);
    let denied = (REFUSED.0, REFUSED.1.to_owned());
    assert_eq!(status_and_code(&api.get("/tenants/get_members").await), denied);
    assert_eq!(
        status_and_code(&login("cora@provider.example", Some(&world.slug)).await),
        denied
    );
    let refresh = json!({ "refresh_token": tokens["data"]["refresh_token"] });
    for _ in 0..2 {
        let refreshed = world
            .server
            .anonymous()
            .post("/users/refresh_token", refresh.clone())
            .await;
        assert_eq!(
            status_and_code(&refreshed),
            denied,
            "the token stays usable elsewhere"
        );
    }

    // Her personal workspace, guests, owners and sessions from the provider are not affected.
    assert!(cora.can_open(&personal).await);
    let own = login("cora@provider.example", None).await.expect_status(200);
    let own = world.server.client(&token(&own));
    own.get("/jobapps/get_jobapps").await.expect_status(200);
    assert!(gina.can_open(&world.board()).await);
    login("gina@inbox.example", Some(&world.slug))
        .await
        .expect_status(200);
    assert!(ben.can_open(&world.board()).await);
    assert!(world.has_stream("ben").await);
    let to_domain = "update users set email = 'owner@provider.example', email_normalized = 'owner@provider.example' where email like 'owner@%'";
    world.server.execute(to_domain).await;
    world.owner.get("/tenants/get_members").await.expect_status(200);
    let board = world.board();
    assert!(world.browser.can_open(&board).await, "owners break the glass");

    // The page leads to the provider and back.
    let page = cora.get(&sign_in).await;
    assert!(page.text.contains("name=\"next\"") && page.text.contains(&format!("value=\"{settings}\"")));
    let provider = format!("organization-{}", world.tenant);
    let url = cora.start_authorization(&provider, "purpose=link").await;
    let callback = cora.authorize_at_provider(&url, "cora").await;
    assert_eq!(cora.get(&callback).await.status, 303);
    assert!(!cora.can_open(&world.board()).await, "linking is no sign-in");
    let form = format!("organization={}&next={settings}", world.slug);
    let url = cora.start_authorization("organization", &form).await;
    let callback = cora.authorize_at_provider(&url, "cora").await;
    assert_eq!(cora.get(&callback).await.location(), settings);
    assert!(cora.can_open(&settings).await);
    // A later password sign-in in the same browser does not inherit it.
    let again = crate::support::credentials_form("cora@provider.example");
    assert_eq!(cora.submit_form("/_fn/auth/sign_in", &again).await.status, 303);
    assert!(!cora.can_open(&world.board()).await);

    let optional = require(&world, false).await.expect_status(200);
    assert_eq!(optional["data"]["required"], false);
    assert!(cora.can_open(&world.board()).await);
    api.get("/tenants/get_members").await.expect_status(200);
    for action in ["single_sign_on_required", "single_sign_on_optional"] {
        let events = world
            .owner
            .get(&format!("/audit/get_events?action={action}"))
            .await;
        let events = events.expect_status(200);
        assert_eq!(events["data"].as_array().map(Vec::len), Some(1), "{action}");
    }
    require(&world, true).await.expect_status(200);
    world.configure().await;
    assert!(
        cora.can_open(&world.board()).await,
        "settings that were not tested are not required"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn sessions_of_earlier_provider_settings_do_not_satisfy_required_single_sign_on(pool: PgPool) {
    let mut world = World::new(pool).await;
    world.test_sign_in("tester").await;
    let mut ben = world.server.browser();
    assert_eq!(world.sign_in(&mut ben, "ben").await, world.board());
    world.server.advance_clock(chrono::TimeDelta::minutes(1));
    world.configure().await;
    world.test_sign_in("tester").await;
    let form = format!("slug={}&change=require", world.slug);
    let required = world
        .browser
        .submit_form("/_fn/settings/change_identity_provider", &form)
        .await;
    assert_eq!(
        required.location(),
        format!("/w/{}/settings/organization", world.slug)
    );
    let settings = format!("/w/{}/settings/organization", world.slug);
    let page = world.browser.get(&settings).await.text;
    for part in [
        "Single sign-on is required.",
        "1 member with an address",
        "0 guests and 1 owner",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!ben.can_open(&world.board()).await);
    assert_eq!(world.sign_in(&mut ben, "ben").await, world.board());
    assert!(ben.can_open(&world.board()).await);
}
