//! HT-7, AT-44: a cursor is taken unchanged, from whom it was made for, by the list it was made for, or not at all.

use crate::client::Api;
use serde_json::json;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_forged_cursor_is_refused_by_name(pool: PgPool) {
    let api = Api::new(pool);
    let (ada, ben) = (api.person("ada").await, api.person("ben").await);
    for token in [&ada, &ben] {
        for company in ["Fernway", "Moss", "Birch"] {
            api.add(token, json!({"job_title": "Clerk", "company": company}))
                .await;
        }
    }
    let cursor = async |token: &str, query: &str| {
        let page = api
            .get(token, &format!("/jobapps/get_jobapps?limit=1{query}"))
            .await
            .with(200);
        page["pagination"]["next_cursor"]
            .as_str()
            .expect("more")
            .to_owned()
    };
    let own = cursor(&ada, "").await;
    let use_it = async |cursor: &str| {
        api.get(&ada, &format!("/jobapps/get_jobapps?limit=1&cursor={cursor}"))
            .await
    };
    use_it(&own).await.with(200);
    let mut bad: Vec<String> = (0..own.len())
        .map(|n| {
            let mut bent = own.clone().into_bytes();
            bent[n] = if bent[n] == b'A' { b'B' } else { b'A' };
            String::from_utf8(bent).expect("ascii")
        })
        .collect();
    // Base64 of SQL, of a place without a tag, of nothing.
    bad.extend(
        [
            "JyBvciAxPTEgLS0",
            "eyJrZXkiOiInOyBkcm9wIHRhYmxlIHVzZXJzIiwiaWQiOiIwIn0",
            "AAAA",
        ]
        .map(str::to_owned),
    );
    bad.push(own[..own.len() - 4].to_owned());
    bad.push(format!("{own}AAAA"));
    bad.push("A".repeat(10_000));
    bad.push(cursor(&ben, "").await);
    bad.push(cursor(&ada, "&sort=company").await);
    bad.push(cursor(&ada, "&q=clerk").await);
    for cursor in bad {
        assert_eq!(use_it(&cursor).await.fields(), ["cursor"], "{cursor}");
    }
    let elsewhere = api
        .get(&ada, &format!("/users/get_user_google_emails?cursor={own}"))
        .await;
    assert_eq!(elsewhere.fields(), ["cursor"]);
}
