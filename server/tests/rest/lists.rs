//! Lists of applications: pages, filters, order.

use crate::client::Api;
use serde_json::{Value, json};
use sqlx::PgPool;

fn companies(page: &Value) -> Vec<String> {
    page["data"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|r| r["company"].as_str().expect("company").to_owned())
        .collect()
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn pages_neither_miss_nor_repeat(pool: PgPool) {
    let api = Api::new(pool);
    let token = api.person("ada").await;
    for n in 0..25 {
        let day = format!("2026-02-{:02}", 1 + n % 5);
        let company = format!("{}ompany {n:02}", if n % 2 == 0 { "C" } else { "c" });
        api.add(
            &token,
            json!({"job_title": "Analyst", "company": company, "application_date": day}),
        )
        .await;
    }
    for sort in ["apply_date", "updated_at", "company"] {
        let whole = companies(
            &api.get(&token, &format!("/jobapps/get_jobapps?sort={sort}"))
                .await
                .with(200),
        );
        let (mut pieces, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = api
                .get(
                    &token,
                    &format!("/jobapps/get_jobapps?sort={sort}&limit=4{cursor}"),
                )
                .await
                .with(200);
            pieces.extend(companies(&page));
            // Somebody adds one that sorts before: it moves nothing.
            let Some(next) = page["pagination"]["next_cursor"].as_str() else {
                break;
            };
            cursor = format!("&cursor={next}");
        }
        assert_eq!((whole.len(), &pieces), (25, &whole), "{sort}");
    }
    let first = api.get(&token, "/jobapps/get_jobapps?limit=4").await.with(200);
    let cursor = first["pagination"]["next_cursor"]
        .as_str()
        .expect("more")
        .to_owned();
    for query in [
        format!("cursor={cursor}&sort=company"),
        format!("cursor={cursor}&q=x"),
        "cursor=garbage".into(),
    ] {
        assert_eq!(
            api.get(&token, &format!("/jobapps/get_jobapps?{query}"))
                .await
                .fields(),
            ["cursor"]
        );
    }
    let other = api.person("ben").await;
    assert_eq!(
        api.get(&other, &format!("/jobapps/get_jobapps?cursor={cursor}"))
            .await
            .fields(),
        ["cursor"]
    );
    for limit in ["0", "501", "-1", "1e3", "1000000000000"] {
        assert_eq!(
            api.get(&token, &format!("/jobapps/get_jobapps?limit={limit}"))
                .await
                .fields(),
            ["limit"]
        );
    }
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn filters_find_what_they_say(pool: PgPool) {
    let api = Api::new(pool);
    let token = api.person("ada").await;
    api.add(&token, json!({"job_title": "Zoë’s 50% helper", "company": "Ångström AB", "source": "LinkedIn", "application_date": "2026-01-05"})).await;
    let b = api
        .add(
            &token,
            json!({"job_title": "Analyst", "company": "Basalt", "application_date": "2026-02-05"}),
        )
        .await;
    api.post(
        &token,
        "/jobapps/update_jobapp",
        json!({"jobapp_id": b["id"], "outcome": "ghosted"}),
    )
    .await
    .with(200);
    let applied = b["application_status"]["id"].as_str().expect("id");
    for (query, found) in [
        ("q=ANGSTROM", vec!["Ångström AB"]),
        ("q=zoe", vec!["Ångström AB"]),
        ("q=50%25", vec!["Ångström AB"]),
        ("q=%25", vec!["Ångström AB"]),
        ("q=_", vec![]),
        ("source=LinkedIn", vec!["Ångström AB"]),
        ("source=linkedin", vec![]),
        ("outcome=ghosted", vec!["Basalt"]),
        ("applied_from=2026-02-05", vec!["Basalt"]),
        ("applied_to=2026-02-04", vec!["Ångström AB"]),
        ("status_id=00000000-0000-0000-0000-000000000001", vec![]),
        (&format!("status_id={applied}"), vec!["Basalt", "Ångström AB"]),
    ] {
        assert_eq!(
            companies(
                &api.get(&token, &format!("/jobapps/get_jobapps?{query}"))
                    .await
                    .with(200)
            ),
            found,
            "{query}"
        );
    }
}
