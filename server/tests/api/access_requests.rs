//! Requests for access: `request_access`, `answer_access_request`, `withdraw_access_request`, `get_access_requests`.

use crate::support::{TestClient, TestServer};
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::PgPool;

struct World {
    server: TestServer,
    slug: String,
    member_id: String,
}

impl World {
    /// An organization with an owner, who is also its coach, and a member.
    async fn new(pool: PgPool) -> Self {
        let server = TestServer::new(pool);
        for name in ["coach", "member"] {
            server.register(name).await;
        }
        let one = async |sql: &'static str| -> String {
            let row = sqlx::query_scalar(sql).fetch_one(&server.owner).await;
            row.expect("one row")
        };
        let slug = one(
            "with t as (update tenants set kind = 'organization' where id in (
               select m.tenant_id from memberships m join users u on u.id = m.user_id where u.email = 'coach@example.org')
               returning id, slug),
             joined as (insert into memberships (tenant_id, user_id, role, display_name, joined_at)
               select t.id, u.id, 'member', 'Mia', now() from t, users u where u.email = 'member@example.org')
             select slug from t",
        )
        .await;
        let member_id = one("select id::text from users where email = 'member@example.org'").await;
        Self {
            server,
            slug,
            member_id,
        }
    }

    async fn login(&self, name: &str) -> TestClient {
        self.server.login_to(name, &self.slug).await
    }

    fn body(&self, scope: &str) -> Value {
        json!({ "user_id": self.member_id, "scope": scope, "message": "Shall we talk?" })
    }

    /// Whether the coach can see the member's applications.
    async fn sees(&self, coach: &TestClient) -> bool {
        let path = format!("/jobapps/get_jobapps?owner_id={}", self.member_id);
        coach.get(&path).await.status == 200
    }
}

async fn sent(client: &TestClient) -> Value {
    let list = client
        .get("/coaching/get_access_requests")
        .await
        .expect_status(200);
    list["data"]["sent"][0].clone()
}

async fn received(client: &TestClient) -> Vec<Value> {
    let list = client
        .get("/coaching/get_access_requests")
        .await
        .expect_status(200);
    list["data"]["received"].as_array().expect("a list").clone()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn request_grants_nothing_until_the_member_answers_with_less(pool: PgPool) {
    let world = World::new(pool).await;
    let (coach, member) = (world.login("coach").await, world.login("member").await);
    let request = coach
        .post("/coaching/request_access", world.body("comment"))
        .await
        .expect_status(201);
    assert_eq!(request["data"]["state"], "pending");
    assert!(!world.sees(&coach).await);
    let again = coach.post("/coaching/request_access", world.body("read")).await;
    assert_eq!(again.expect_problem(409), "conflict");
    let today = member.get("/jobapps/get_today").await.expect_status(200);
    assert_eq!(today["data"]["access_request_count"], 1);
    let pending = received(&member).await;
    assert_eq!(pending, [request["data"].clone()]);
    let answer = json!({ "request_id": pending[0]["id"], "grant": true, "scope": "read" });
    let by_coach = coach
        .post("/coaching/answer_access_request", answer.clone())
        .await;
    assert_eq!(
        by_coach.expect_problem(404),
        "not_found",
        "only the member answers"
    );
    let answered = member
        .post("/coaching/answer_access_request", answer.clone())
        .await;
    assert_eq!(answered.expect_status(200)["data"]["state"], "granted");
    assert!(world.sees(&coach).await);
    let grants = member.get("/coaching/get_grants").await.expect_status(200);
    assert_eq!(
        grants["data"]["given"][0]["scope"], "read",
        "less than was asked for"
    );
    let twice = member.post("/coaching/answer_access_request", answer).await;
    assert_eq!(twice.expect_problem(409), "conflict");
    let has_it = coach.post("/coaching/request_access", world.body("read")).await;
    assert_eq!(has_it.expect_problem(409), "conflict", "has the access");
    let more = coach
        .post("/coaching/request_access", world.body("comment"))
        .await;
    more.expect_status(201);
    let grant = json!({ "viewer_id": request["data"]["viewer"]["user_id"], "scope": "comment" });
    member
        .post("/coaching/grant_access", grant)
        .await
        .expect_status(200);
    assert_eq!(sent(&coach).await["state"], "granted", "granted in the settings");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn answer_with_more_than_was_asked_for_is_rejected_and_changes_nothing(pool: PgPool) {
    let world = World::new(pool).await;
    let (coach, member) = (world.login("coach").await, world.login("member").await);
    let sent_request = coach.post("/coaching/request_access", world.body("read")).await;
    let id = sent_request.expect_status(201)["data"]["id"].clone();
    for more in [
        json!({ "request_id": id, "grant": true, "scope": "comment" }),
        json!({ "request_id": id, "grant": true, "expires_at": "2001-01-01T00:00:00Z" }),
    ] {
        let answer = member.post("/coaching/answer_access_request", more).await;
        assert_eq!(answer.expect_problem(422), "invalid");
    }
    assert_eq!(received(&member).await.len(), 1, "still pending");
    assert!(!world.sees(&coach).await);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn declined_request_is_repeated_after_thirty_days_and_withdrawn_one_after_a_day(pool: PgPool) {
    let world = World::new(pool).await;
    let ask = async || {
        let coach = world.login("coach").await;
        coach.post("/coaching/request_access", world.body("read")).await
    };
    let id = ask().await.expect_status(201)["data"]["id"].clone();
    let member = world.login("member").await;
    let decline = json!({ "request_id": id, "grant": false });
    let declined = member.post("/coaching/answer_access_request", decline).await;
    assert_eq!(declined.expect_status(200)["data"]["state"], "declined");
    assert_eq!(ask().await.expect_problem(409), "conflict");
    world
        .server
        .advance_clock(TimeDelta::days(30) - TimeDelta::minutes(1));
    assert_eq!(ask().await.expect_problem(409), "conflict");
    world.server.advance_clock(TimeDelta::minutes(1));
    assert_eq!(ask().await.expect_status(201)["data"]["id"], id, "the same row");
    let coach = world.login("coach").await;
    let reference = json!({ "request_id": id });
    let by_member = world.login("member").await;
    let by_member = by_member
        .post("/coaching/withdraw_access_request", reference.clone())
        .await;
    assert_eq!(by_member.expect_problem(403), "forbidden");
    let withdraw = async || {
        coach
            .post("/coaching/withdraw_access_request", reference.clone())
            .await
    };
    assert_eq!(withdraw().await.status, 204);
    assert_eq!(withdraw().await.expect_problem(404), "not_found");
    assert_eq!(ask().await.expect_problem(409), "conflict");
    world.server.advance_clock(TimeDelta::days(1));
    ask().await.expect_status(201);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn requests_at_the_same_moment_leave_one_pending(pool: PgPool) {
    let world = World::new(pool).await;
    let coach = world.login("coach").await;
    let ask = || coach.post("/coaching/request_access", world.body("read"));
    let (first, second) = tokio::join!(ask(), ask());
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    let member = world.login("member").await;
    assert_eq!(received(&member).await.len(), 1);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn request_of_a_former_coach_disappears_and_grants_nothing(pool: PgPool) {
    let world = World::new(pool).await;
    let (coach, member) = (world.login("coach").await, world.login("member").await);
    let request = coach.post("/coaching/request_access", world.body("read")).await;
    let id = request.expect_status(201)["data"]["id"].clone();
    let demote = "update memberships set role = 'member'
                  where user_id = (select id from users where email = 'coach@example.org')";
    world.server.execute(demote).await;
    assert_eq!(received(&member).await, [json!(null); 0]);
    let answer = json!({ "request_id": id, "grant": true });
    let answered = member.post("/coaching/answer_access_request", answer).await;
    assert_eq!(answered.expect_problem(409), "conflict");
    let grants = member.get("/coaching/get_grants").await.expect_status(200);
    assert_eq!(grants["data"]["given"], json!([]));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn lists_have_the_newest_thousand_of_each_kind(pool: PgPool) {
    let world = World::new(pool).await;
    let execute = async |sql: &str| world.server.execute(&sql.replace("{slug}", &world.slug)).await;
    execute(
        "insert into users (id, email, email_normalized, time_zone, created_at)
           select gen_random_uuid(), n || '@many.example', n || '@many.example', 'UTC', now() from generate_series(1, 1001) n",
    )
    .await;
    execute(
        "insert into memberships (tenant_id, user_id, role, display_name, joined_at)
           select t.id, u.id, 'member', 'Many', now() from tenants t, users u where t.slug = '{slug}' and u.email like '%@many.example'",
    )
    .await;
    for columns in [
        "access_grants (tenant_id, id, owner_id, viewer_id, scope, created_at)",
        "access_requests (tenant_id, state, id, owner_id, viewer_id, scope, created_at)",
    ] {
        let state = if columns.contains("state") {
            "'pending', "
        } else {
            ""
        };
        execute(&format!(
            "insert into {columns}
               select m.tenant_id, {state} m.user_id, m.user_id, o.user_id, 'read',
                 now() - split_part(u.email, '@', 1)::integer * interval '1 minute'
               from memberships m join users u on u.id = m.user_id and u.email like '%@many.example'
               join memberships o on o.tenant_id = m.tenant_id and o.role = 'owner' and m.tenant_id = (select id from tenants where slug = '{{slug}}')"
        ))
        .await;
    }
    // An older grant in the other direction is listed as well.
    execute(
        "insert into access_grants (tenant_id, id, owner_id, viewer_id, scope, created_at)
           select o.tenant_id, o.user_id, o.user_id, m.user_id, 'read', '2000-01-01'
           from memberships o, memberships m, users u
           where o.role = 'owner' and m.tenant_id = o.tenant_id and u.id = m.user_id and u.email = 'member@example.org'
             and m.tenant_id = (select id from tenants where slug = '{slug}')",
    )
    .await;
    let coach = world.login("coach").await;
    let count = |list: &Value, kind: &str| list["data"][kind].as_array().expect("a list").len();
    let grants = coach.get("/coaching/get_grants").await.expect_status(200);
    assert_eq!((count(&grants, "received"), count(&grants, "given")), (1_000, 1));
    let times = grants["data"]["received"].as_array().expect("a list").iter();
    let times: Vec<&str> = times
        .map(|grant| grant["created_at"].as_str().expect("a time"))
        .collect();
    assert!(times.is_sorted_by(|a, b| a >= b));
    let requests = coach
        .get("/coaching/get_access_requests")
        .await
        .expect_status(200);
    assert_eq!(count(&requests, "sent"), 1_000);
}
