//! An access grant has no effect without `owner_id`, and allows no changes except comments.

use crate::support::{
    TestClient, TestServer,
    fixtures::{self, Fixture, canary},
    operations::{Ids, Operation, call},
};
use serde_json::{Value, json};
use service::testing::PASSWORD;
use sqlx::PgPool;

const UNKNOWN_ID: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000";

/// Ids of objects that the members of a workspace share, and ids of members.
const SHARED: [&str; 12] = [
    "status_id",
    "status_ids",
    "move_to",
    "actor_id",
    "owner_id",
    "viewer_id",
    "user_id",
    "domain_id",
    "invitation_id",
    "tenant_id",
    "group_id",
    "user_ids",
];

/// Operations whose responses are about the workspace and its people, and therefore differ between members.
const ABOUT_PEOPLE: [&str; 10] = [
    "get_grants",
    "get_access_requests",
    "get_clients",
    "get_members",
    "get_invitations",
    "get_domains",
    "get_identity_provider",
    "get_groups",
    "get_events",
    "export_events",
];

struct World {
    server: TestServer,
    /// The owner of the workspace.
    ada: Fixture,
    /// A member of the workspace.
    ben: Fixture,
}

async fn world(pool: PgPool) -> World {
    let server = TestServer::with_mock_providers(pool).await;
    let ada = fixtures::user(&server, "ada").await;
    server.register("ben").await;
    let sql = "insert into memberships (tenant_id, user_id, role, display_name, joined_at)
               select m.tenant_id, b.id, 'member', 'Ben', now() from memberships m join users a on a.id = m.user_id, users b
               where a.email = 'ada@example.org' and b.email = 'ben@example.org'";
    server.execute(sql).await;
    let slug: String =
        sqlx::query_scalar("select t.slug from tenants t join memberships m on m.tenant_id = t.id group by t.id having count(*) > 2")
            .fetch_one(&server.owner)
            .await
            .expect("slug");
    let body = json!({ "email": "ben@example.org", "password": PASSWORD, "tenant": slug });
    let tokens = server
        .anonymous()
        .post("/users/login", body)
        .await
        .expect_status(200);
    let client = server.client(tokens["data"]["access_token"].as_str().expect("token"));
    let ids = fixtures::seed(&client, "ben").await;
    let ben = Fixture { client, ids };
    World { server, ada, ben }
}

impl World {
    async fn grant(&self, scope: &str) {
        let body = json!({ "viewer_id": self.ada.ids["owner_id"], "scope": scope });
        let granted = self.ben.client.post("/coaching/grant_access", body).await;
        granted.expect_status(200);
    }
}

async fn read_everything(client: &TestClient, ids: &Ids) -> Value {
    let mut responses = Vec::new();
    for operation in Operation::all().filter(|o| o.method == "get" && !ABOUT_PEOPLE.contains(&o.name())) {
        let response = call(client, &operation, &operation.valid_input(ids)).await;
        responses.push(json!([operation.name(), response.expect_status(200)]));
    }
    json!(responses)
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn response_without_owner_id_does_not_depend_on_grants(pool: PgPool) {
    let world = world(pool).await;
    let ada = &world.ada;
    let before = read_everything(&ada.client, &ada.ids).await;
    world.grant("comment").await;
    let after = read_everything(&ada.client, &ada.ids).await;
    assert_eq!(before, after, "a client's data changed a response");
    assert!(!after.to_string().contains(&canary("ben")));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn id_of_a_client_without_owner_id_is_like_an_unknown_one(pool: PgPool) {
    let world = world(pool).await;
    world.grant("comment").await;
    let (ada, ben) = (&world.ada, &world.ben);
    let before = world.server.snapshot_database().await;
    let mut fields = 0;
    for operation in Operation::all() {
        for (name, is_in_body) in operation.id_fields() {
            if SHARED.contains(&name) {
                continue;
            }
            let with_id = |id: &str| operation.valid_input(&ada.ids).with_id(name, is_in_body, id);
            let foreign = call(&ada.client, &operation, &with_id(&ben.ids[name])).await;
            let unknown = call(&ada.client, &operation, &with_id(UNKNOWN_ID)).await;
            let context = format!("{} {name}: {}", operation.path, foreign.text);
            if operation.name() == "bulk_update" {
                let expected = json!({ "updated": [], "unchanged": [], "not_found": [ben.ids[name]] });
                assert_eq!(foreign.json["data"], expected, "{context}");
            } else {
                assert_eq!(foreign.comparable(), unknown.comparable(), "{context}");
            }
            assert!(!foreign.text.contains(&canary("ben")), "{context}");
            fields += 1;
        }
    }
    assert!(fields >= 10, "only {fields} fields were tried");
    assert_eq!(
        world.server.snapshot_database().await,
        before,
        "nothing was written"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn owner_id_shows_what_the_owner_sees_until_the_grant_is_revoked(pool: PgPool) {
    let world = world(pool).await;
    let (ada, ben) = (&world.ada, &world.ben);
    let readers = || {
        Operation::all().filter(|o| o.method == "get" && o.parameters().any(|(name, _)| name == "owner_id"))
    };
    assert!(readers().count() >= 16, "{}", readers().count());
    let as_coach = async |operation: &Operation| {
        let input = operation
            .valid_input(&ben.ids)
            .with_id("owner_id", false, &ben.ids["owner_id"]);
        call(&ada.client, operation, &input).await
    };
    for operation in readers() {
        assert_eq!(
            as_coach(&operation).await.expect_problem(404),
            "not_found",
            "{}",
            operation.path
        );
    }
    world.grant("read").await;
    for operation in readers() {
        let own = call(&ben.client, &operation, &operation.valid_input(&ben.ids)).await;
        let seen = as_coach(&operation).await;
        let (mut own, mut seen) = (own.expect_status(200), seen.expect_status(200));
        for page in [&mut own, &mut seen] {
            // A cursor is only valid for the user who received it.
            page["pagination"]["next_cursor"].take();
        }
        assert_eq!(own, seen, "{}", operation.path);
    }
    let log = ben
        .client
        .get("/coaching/get_access_log")
        .await
        .expect_status(200);
    let entries = log["data"].as_array().expect("entries");
    assert_eq!(
        entries.len(),
        2,
        "one for lists and metrics, one for the application: {log}"
    );
    let grants = ben.client.get("/coaching/get_grants").await.expect_status(200);
    let grants = grants["data"]["given"].as_array().expect("grants");
    let grant = grants
        .iter()
        .find(|g| g["viewer"]["user_id"] == json!(ada.ids["owner_id"]));
    let body = json!({ "grant_id": grant.expect("a grant")["id"] });
    assert_eq!(ben.client.post("/coaching/revoke_access", body).await.status, 204);
    for operation in readers() {
        assert_eq!(
            as_coach(&operation).await.expect_problem(404),
            "not_found",
            "{}",
            operation.path
        );
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn comment_is_seen_by_both_edited_by_its_author_and_deleted_by_author_and_owner(pool: PgPool) {
    let world = world(pool).await;
    let (ada, ben) = (&world.ada.client, &world.ben.client);
    let (jobapp_id, owner_id) = (&world.ben.ids["jobapp_id"], &world.ben.ids["owner_id"]);
    let comment = json!({ "jobapp_id": jobapp_id, "owner_id": owner_id, "text": "Call them" });
    let add = async || ada.post("/coaching/add_comment", comment.clone()).await;
    assert_eq!(add().await.expect_problem(404), "not_found");
    world.grant("read").await;
    assert_eq!(add().await.expect_problem(403), "forbidden");
    world.grant("comment").await;
    let (first, second) = (add().await.expect_status(201), add().await.expect_status(201));
    let [first, second] = [first, second].map(|c| json!({ "comment_id": c["data"]["id"] }));
    let texts = async |client: &TestClient, query: &str| {
        let path = format!("/coaching/get_comments?jobapp_id={jobapp_id}{query}");
        let listed = client.get(&path).await.expect_status(200);
        let listed = listed["data"].as_array().expect("comments").clone();
        // All comments have the same time, so their order is not defined.
        let mut texts: Vec<String> = listed
            .iter()
            .map(|c| c["text"].as_str().expect("text").to_owned())
            .collect();
        texts.sort();
        texts
    };
    let expected = [canary("ben"), "Call them".into(), "Call them".into()];
    assert_eq!(texts(ben, "").await, expected);
    assert_eq!(texts(ada, &format!("&owner_id={owner_id}")).await, expected);
    let update = json!({ "comment_id": first["comment_id"], "text": "Write to them" });
    assert_eq!(
        ben.post("/coaching/update_comment", update.clone()).await.status,
        404,
        "not the author"
    );
    ada.post("/coaching/update_comment", update.clone())
        .await
        .expect_status(200);
    assert_eq!(
        texts(ben, "").await.last().map(String::as_str),
        Some("Write to them")
    );
    assert_eq!(
        ben.post("/coaching/delete_comment", first.clone()).await.status,
        204,
        "the owner"
    );
    assert_eq!(
        ada.post("/coaching/delete_comment", second.clone()).await.status,
        204,
        "the author"
    );
    assert_eq!(ada.post("/coaching/delete_comment", second).await.status, 404);
    let own = json!({ "comment_id": world.ben.ids["comment_id"] });
    assert_eq!(
        ada.post("/coaching/delete_comment", own).await.status,
        404,
        "of the member"
    );
    let third = add().await.expect_status(201);
    world.grant("read").await;
    let third = json!({ "comment_id": third["data"]["id"], "text": "x" });
    assert_eq!(
        ada.post("/coaching/update_comment", third).await.status,
        404,
        "no longer allowed"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn assigned_task_belongs_to_the_client_and_is_withdrawn_while_it_is_open(pool: PgPool) {
    let world = world(pool).await;
    let (ada, ben) = (&world.ada.client, &world.ben.client);
    let (jobapp_id, owner_id) = (&world.ben.ids["jobapp_id"], &world.ben.ids["owner_id"]);
    let task = json!({ "owner_id": owner_id, "jobapp_id": jobapp_id, "title": "Call them" });
    let assign = async || ada.post("/tasks/add_task", task.clone()).await;
    assert_eq!(assign().await.expect_problem(404), "not_found");
    world.grant("read").await;
    assert_eq!(assign().await.expect_problem(403), "forbidden");
    world.grant("comment").await;
    let own = json!({ "owner_id": owner_id, "jobapp_id": world.ada.ids["jobapp_id"], "title": "x" });
    assert_eq!(
        ada.post("/tasks/add_task", own).await.expect_problem(404),
        "not_found"
    );
    let first = assign().await.expect_status(201)["data"].clone();
    assert_eq!(first["assigned_by"]["user_id"], json!(world.ada.ids["owner_id"]));
    let general = json!({ "owner_id": owner_id, "title": "Update your CV" });
    let assign_general = async || {
        let request = ada
            .request("POST", "/tasks/add_task")
            .header("content-type", "application/json")
            .header("idempotency-key", "once");
        ada.send(request.body(general.to_string().into()).expect("request"))
            .await
    };
    let (second, again) = (assign_general().await, assign_general().await);
    let second = second.expect_status(201)["data"].clone();
    assert_eq!(again.expect_status(201)["data"], second, "the stored response");

    let listed = ben.get("/tasks/get_tasks").await.expect_status(200);
    let listed = listed["data"].as_array().expect("tasks");
    assert!(listed.contains(&first) && listed.contains(&second), "{listed:?}");
    let own = ada.get("/tasks/get_tasks").await.expect_status(200);
    assert!(!own.to_string().contains("Call them"), "they are not the coach's");
    let reference = |task: &Value| json!({ "task_id": task["id"] });
    let update = json!({ "task_id": first["id"], "title": "x" });
    assert_eq!(
        ada.post("/tasks/update_task", update).await.status,
        404,
        "not theirs"
    );
    let done = json!({ "task_id": first["id"], "done": true });
    let done = ben.post("/tasks/update_task", done).await.expect_status(200);
    let seen = ada
        .get(&format!("/tasks/get_tasks?owner_id={owner_id}&state=done"))
        .await;
    assert_eq!(seen.expect_status(200)["data"], json!([done["data"]]));
    let withdraw = async |task: &Value| ada.post("/tasks/delete_task", reference(task)).await;
    assert_eq!(withdraw(&first).await.expect_problem(409), "conflict");
    assert_eq!(withdraw(&second).await.status, 204);
    assert_eq!(withdraw(&second).await.status, 404);
    let of_ben = json!({ "id": world.ben.ids["task_id"] });
    assert_eq!(withdraw(&of_ben).await.status, 404, "the client's own");

    let third = assign().await.expect_status(201)["data"].clone();
    world.grant("read").await;
    assert_eq!(withdraw(&third).await.status, 404, "no longer allowed");
    let kept = ben.get("/tasks/get_tasks?state=open").await.expect_status(200);
    assert!(
        kept["data"].as_array().expect("tasks").contains(&third),
        "the name stays"
    );
    assert_eq!(
        ben.post("/tasks/delete_task", reference(&third)).await.status,
        204
    );
}
