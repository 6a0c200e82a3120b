//! Two servers with one database cache authenticated callers. Whatever is revoked at one server is rejected by the other within a second,
//! even if its listening connection fails.

use crate::support::{
    PostgresCluster, ServerProcess, TempDir,
    raw_http::{PASSWORD, get_with_token, post, register, status_with_token},
    send_signal, wait_until,
};
use rustix::process::Signal;
use serde_json::{Value, json};
use server::embedded_postgres::roles;
use sqlx::{Connection as _, PgConnection};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{task::JoinHandle, time::sleep};

const REVOCATION_LIMIT: Duration = Duration::from_secs(1);
const LISTENERS: &str = "select pid from pg_stat_activity where application_name = 'jobhax listener' and datname = current_database()";

struct TwoServers {
    cluster: PostgresCluster,
    a: ServerProcess,
    b: ServerProcess,
    _dir: TempDir,
}

impl TwoServers {
    async fn start() -> Self {
        let cluster = PostgresCluster::start(&[]).await;
        let dir = TempDir::new();
        let mut environment = cluster.environment();
        let key = dir.0.join("secret.key").display().to_string();
        environment.push(("JOBHAX_SECRET_KEY_FILE", key));
        let a = ServerProcess::start_in(&dir, "a", &environment).await;
        let b = ServerProcess::start_in(&dir, "b", &environment).await;
        let servers = Self {
            cluster,
            a,
            b,
            _dir: dir,
        };
        servers.wait_until_both_listen().await;
        servers
    }

    async fn wait_until_both_listen(&self) {
        let mut superuser = self.superuser().await;
        wait_until("both servers listen", Duration::from_secs(20), async || {
            listeners(&mut superuser).await.len() == 2
        })
        .await;
        sleep(Duration::from_millis(100)).await;
    }

    async fn superuser(&self) -> PgConnection {
        self.cluster.superuser(roles::DATABASE).await
    }

    /// Registers a user at server A and makes server B cache the caller. Returns the token.
    async fn cached_user(&self, name: &str) -> String {
        let token = register(self.a.address, name).await;
        self.cache_at_b(&token).await;
        token
    }

    async fn cache_at_b(&self, token: &str) {
        for _ in 0..2 {
            assert_eq!(status_with_token(self.b.address, token).await, 200);
        }
    }

    /// Signs the user in again and makes server B cache the caller. Returns the token.
    async fn second_session(&self, name: &str) -> String {
        let body = json!({"email": format!("{name}@example.org"), "password": PASSWORD});
        let response = post(self.a.address, "/api/users/login", "", &body).await;
        let tokens = response.expect("response").json();
        let token = tokens["data"]["access_token"].as_str().expect("token").to_owned();
        self.cache_at_b(&token).await;
        token
    }

    /// Calls an operation at server A that responds with 204.
    async fn post_to_a(&self, operation: &str, token: &str, body: &Value) {
        let response = post(self.a.address, &format!("/api/users/{operation}"), token, body).await;
        assert_eq!(response.expect("response").status, 204, "{operation}");
    }

    /// Logs out at server A, which rejects the token from then on.
    async fn logout(&self, token: &str) {
        self.post_to_a("logout", token, &json!({})).await;
        assert_eq!(status_with_token(self.a.address, token).await, 401);
    }

    /// Changes the database directly and sends the notification that `migrations/0012_auth_invalidation.sql` describes.
    async fn change_by_hand(&self, sql: &'static str) {
        let announced: Vec<bool> = sqlx::query_scalar(sql)
            .fetch_all(&mut self.superuser().await)
            .await
            .expect(sql);
        assert_eq!(announced.len(), 1, "{sql}");
    }
}

async fn listeners(superuser: &mut PgConnection) -> Vec<i32> {
    sqlx::query_scalar(LISTENERS)
        .fetch_all(superuser)
        .await
        .expect("listeners")
}

/// Asserts that requests are rejected at the latest after the limit.
async fn assert_rejected_in_time(address: SocketAddr, token: &str, reason: &str) {
    let revoked = Instant::now();
    let mut sent = revoked;
    while status_with_token(address, token).await != 401 {
        assert!(
            sent - revoked < REVOCATION_LIMIT,
            "still accepted a second later: {reason}"
        );
        sleep(Duration::from_millis(10)).await;
        sent = Instant::now();
    }
}

#[tokio::test]
async fn revocation_at_one_server_is_effective_at_the_other() {
    let servers = TwoServers::start().await;
    let b = servers.b.address;

    let token = servers.cached_user("ada").await;
    servers.logout(&token).await;
    assert_rejected_in_time(b, &token, "logout").await;

    let password = json!({"password": PASSWORD});
    let new_password = json!({"current_password": PASSWORD, "new_password": "seven quiet cats herd sheep"});
    for (name, operation, body) in [
        ("ben", "logout", json!({"everywhere": true})),
        ("bea", "revoke_other_sessions", json!({})),
        ("bob", "change_password", new_password),
        ("bud", "delete_user", password),
    ] {
        let first = servers.cached_user(name).await;
        let second = servers.second_session(name).await;
        servers.post_to_a(operation, &first, &body).await;
        assert_rejected_in_time(b, &second, operation).await;
    }

    let first = servers.cached_user("cat").await;
    let second = servers.second_session("cat").await;
    let sessions = get_with_token(servers.a.address, &first, "/api/users/get_sessions").await;
    let sessions = sessions.expect("response").json();
    let mut sessions = sessions["data"].as_array().expect("sessions").iter();
    let other = sessions
        .find(|s| s["current"] == false)
        .expect("the other session");
    let body = json!({"session_id": other["id"]});
    servers.post_to_a("revoke_session", &first, &body).await;
    assert_rejected_in_time(b, &second, "revoke_session").await;
}

/// A key is revoked or changed at one server.
#[tokio::test]
async fn revocation_of_a_key_at_one_server_is_effective_at_the_other() {
    let servers = TwoServers::start().await;
    let (a, b) = (servers.a.address, servers.b.address);
    let token = servers.cached_user("ada").await;
    let add = async |name: &str| {
        let body = json!({"name": name, "scopes": ["jobapps:read"]});
        let key = post(a, "/api/keys/add_key", &token, &body)
            .await
            .expect("response");
        assert_eq!(key.status, 201, "{}", key.body);
        let key = key.json()["data"].clone();
        let secret = key["secret"].as_str().expect("secret").to_owned();
        servers.cache_at_b(&secret).await;
        (json!({"key_id": key["id"]}), secret)
    };
    let (key, secret) = add("revoked").await;
    let (mut other, other_secret) = add("changed").await;
    let revoked = post(a, "/api/keys/revoke_key", &token, &key)
        .await
        .expect("response");
    assert_eq!(revoked.status, 204);
    assert_eq!(status_with_token(a, &secret).await, 401);
    assert_rejected_in_time(b, &secret, "key revoked").await;
    assert_eq!(status_with_token(b, &other_secret).await, 200, "another key");

    other["scopes"] = json!(["mail:read"]);
    let changed = post(a, "/api/keys/update_key", &token, &other)
        .await
        .expect("response");
    assert_eq!(changed.status, 200);
    wait_until("the new scopes are effective", REVOCATION_LIMIT, async || {
        status_with_token(b, &other_secret).await == 403
    })
    .await;
    let (_, last) = add("account").await;
    servers
        .post_to_a("delete_user", &token, &json!({"password": PASSWORD}))
        .await;
    assert_rejected_in_time(b, &last, "account deleted").await;
}

#[tokio::test]
async fn announced_changes_by_hand_are_effective_at_all_servers() {
    let servers = TwoServers::start().await;
    let b = servers.b.address;
    for (name, sql, reason) in [
        (
            "cleo",
            "with changed as (delete from sessions s using users u where u.id = s.user_id and u.email = 'cleo@example.org' returning s.id)
             select notify_auth_invalidation('session', id) is not null from changed",
            "session deleted",
        ),
        (
            "dan",
            "with changed as (delete from memberships m using users u where u.id = m.user_id and u.email = 'dan@example.org' returning u.id)
             select notify_auth_invalidation('user', id) is not null from changed",
            "removed from the workspace",
        ),
        (
            "eve",
            "with changed as (delete from users where email = 'eve@example.org' returning id)
             select notify_auth_invalidation('user', id) is not null from changed",
            "user deleted",
        ),
        (
            "fay",
            "with changed as (delete from tenants t using memberships m, users u
               where m.tenant_id = t.id and u.id = m.user_id and u.email = 'fay@example.org' returning t.id)
             select notify_auth_invalidation('tenant', id) is not null from changed",
            "workspace deleted",
        ),
        (
            "gus",
            "with changed as (update sessions s set expires_at = now() from users u where u.id = s.user_id and u.email = 'gus@example.org' returning s.id)
             select notify_auth_invalidation('session', id) is not null from changed",
            "session expired early",
        ),
    ] {
        let token = servers.cached_user(name).await;
        servers.change_by_hand(sql).await;
        assert_rejected_in_time(b, &token, reason).await;
    }

    // A coach may read but not add.
    let token = servers.cached_user("hal").await;
    let body = json!({"job_title": "Clerk", "company": "Fernway"});
    let add = async || {
        let response = post(b, "/api/jobapps/add_jobapp", &token, &body).await;
        response.expect("response").status
    };
    assert_eq!(add().await, 201);
    servers
        .change_by_hand(
            "with changed as (update memberships m set role = 'coach' from users u where u.id = m.user_id and u.email = 'hal@example.org' returning u.id)
             select notify_auth_invalidation('user', id) is not null from changed",
        )
        .await;
    wait_until("the new role is effective", REVOCATION_LIMIT, async || {
        add().await == 403
    })
    .await;
    assert_eq!(status_with_token(b, &token).await, 200);
}

/// A member is removed, and the role of another one is changed, at one server.
#[tokio::test]
async fn change_of_members_at_one_server_is_effective_at_the_other() {
    let servers = TwoServers::start().await;
    let (a, b) = (servers.a.address, servers.b.address);
    let owner = servers.cached_user("ada").await;
    let body = json!({"name": "Career Center"});
    let tenant = post(a, "/api/tenants/add_tenant", &owner, &body)
        .await
        .expect("response")
        .json();
    let slug = tenant["data"]["slug"].as_str().expect("slug").to_owned();
    register(a, "ben").await;
    servers
        .change_by_hand(
            "with changed as (insert into memberships (tenant_id, user_id, role, display_name, joined_at)
               select t.id, u.id, 'member', 'Ben', now() from tenants t, users u
               where t.kind = 'organization' and u.email = 'ben@example.org' returning user_id)
             select notify_auth_invalidation('user', user_id) is not null from changed",
        )
        .await;
    let sign_in = async |name: &str| {
        let body = json!({"email": format!("{name}@example.org"), "password": PASSWORD, "tenant": slug});
        let tokens = post(a, "/api/users/login", "", &body)
            .await
            .expect("response")
            .json();
        let token = tokens["data"]["access_token"].as_str().expect("token").to_owned();
        servers.cache_at_b(&token).await;
        (token, tokens["data"]["user"]["id"].clone())
    };
    let (owner, _) = sign_in("ada").await;
    let (member, user_id) = sign_in("ben").await;
    let post_to_a = async |operation: &str, body: Value| {
        let response = post(a, &format!("/api/tenants/{operation}"), &owner, &body).await;
        response.expect("response").status
    };
    let application = json!({"job_title": "Clerk", "company": "Fernway"});
    let add_at_b = async || {
        let response = post(b, "/api/jobapps/add_jobapp", &member, &application).await;
        response.expect("response").status
    };
    assert_eq!(add_at_b().await, 201);
    assert_eq!(
        post_to_a("update_member", json!({"user_id": user_id, "role": "coach"})).await,
        200
    );
    wait_until("the new role is effective", REVOCATION_LIMIT, async || {
        add_at_b().await == 403
    })
    .await;
    assert_eq!(status_with_token(b, &member).await, 200);
    assert_eq!(post_to_a("remove_member", json!({"user_id": user_id})).await, 204);
    assert_rejected_in_time(b, &member, "removed from the organization").await;
    assert_eq!(status_with_token(b, &owner).await, 200);
}

/// Closes all listening connections repeatedly.
fn keep_closing_listeners(url: String) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut superuser = PgConnection::connect(&url).await.expect("superuser");
        loop {
            sqlx::query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'jobhax listener'")
                .execute(&mut superuser)
                .await
                .expect("closed");
            sleep(Duration::from_millis(20)).await;
        }
    })
}

#[tokio::test]
async fn server_without_listener_asks_the_database() {
    let servers = TwoServers::start().await;
    let b = servers.b.address;

    let token = servers.cached_user("ada").await;
    let closing = keep_closing_listeners(servers.cluster.url("postgres", roles::DATABASE));
    sleep(Duration::from_millis(300)).await;
    assert_eq!(status_with_token(b, &token).await, 200);
    servers.logout(&token).await;
    assert_rejected_in_time(b, &token, "logout while listeners are closed").await;
    closing.abort();
    servers.wait_until_both_listen().await;
    let token = servers.cached_user("ben").await;
    servers.logout(&token).await;
    assert_rejected_in_time(b, &token, "logout after the listeners have reconnected").await;

    // The connections stay open but silent, because their Postgres backends are stopped.
    let token = servers.cached_user("cleo").await;
    let mut superuser = servers.superuser().await;
    let stopped = listeners(&mut superuser).await;
    assert_eq!(stopped.len(), 2);
    for pid in &stopped {
        send_signal(*pid, Signal::STOP);
    }
    servers.logout(&token).await;
    assert_rejected_in_time(b, &token, "logout while listeners are silent").await;
    wait_until("new connections listen", Duration::from_secs(10), async || {
        let listeners = listeners(&mut superuser).await;
        listeners.iter().filter(|pid| !stopped.contains(pid)).count() == 2
    })
    .await;
    for pid in stopped {
        send_signal(pid, Signal::CONT);
    }
}

/// For example, after a virtual machine was suspended.
#[tokio::test]
async fn suspended_server_does_not_use_its_cache_when_it_resumes() {
    let servers = TwoServers::start().await;
    let token = servers.cached_user("ada").await;
    send_signal(servers.b.pid(), Signal::STOP);
    servers.logout(&token).await;
    sleep(Duration::from_millis(800)).await;
    send_signal(servers.b.pid(), Signal::CONT);
    let first_request = status_with_token(servers.b.address, &token).await;
    assert_eq!(first_request, 401);
}
