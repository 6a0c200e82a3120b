//! AT-39: each kind of token opens its own door and no other.

use crate::client::Api;
use serde_json::{Value, json};
use service::testing::PASSWORD;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn each_kind_of_token_opens_only_its_own_door(pool: PgPool) {
    let api = Api::new(pool);
    let input = json!({"email": "ada@example.org", "password": PASSWORD});
    let made = api.post("", "/users/register", input).await.with(201)["data"].clone();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let access = text(&made["access_token"]);
    for company in ["Fernway", "Moss"] {
        api.add(&access, json!({"job_title": "Clerk", "company": company}))
            .await;
    }
    let page = api.get(&access, "/jobapps/get_jobapps?limit=1").await.with(200);
    let session: String = sqlx::query_scalar("select id::text from sessions")
        .fetch_one(&api.bench.owner)
        .await
        .expect("session");
    let kinds = [
        ("access", access.clone()),
        ("refresh", text(&made["refresh_token"])),
        ("cursor", text(&page["pagination"]["next_cursor"])),
        ("session", session),
        ("person", text(&made["user"]["id"])),
    ];
    for (kind, token) in &kinds {
        let bearer = api.get(token, "/jobapps/get_statuses").await.status.as_u16();
        assert_eq!(bearer == 200, *kind == "access", "{kind} as a bearer: {bearer}");
        assert!([200, 401].contains(&bearer), "{kind} as a bearer: {bearer}");
        let cursor = api
            .get(&access, &format!("/jobapps/get_jobapps?limit=1&cursor={token}"))
            .await
            .status
            .as_u16();
        assert_eq!(cursor == 200, *kind == "cursor", "{kind} as a cursor: {cursor}");
        assert!([200, 422].contains(&cursor), "{kind} as a cursor: {cursor}");
        if *kind != "refresh" {
            let exchanged = api
                .post("", "/users/refresh_token", json!({ "refresh_token": token }))
                .await;
            assert_eq!(
                exchanged.problem(401),
                "invalid_token",
                "{kind} as a refresh token"
            );
        }
    }
    // The control, last because it is used up.
    let refresh = json!({ "refresh_token": kinds[1].1 });
    api.post("", "/users/refresh_token", refresh).await.with(200);
}
