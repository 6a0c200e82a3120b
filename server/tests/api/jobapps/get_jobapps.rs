//! Pagination, filters and order of the list.

use crate::support::{TestClient, TestServer};
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

fn next_cursor(page: &Value) -> Option<String> {
    page["pagination"]["next_cursor"].as_str().map(str::to_owned)
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn pages_contain_each_application_exactly_once(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    for n in 0..25 {
        let day = format!("2026-02-{:02}", 1 + n % 5);
        let company = format!("{}ompany {n:02}", if n % 2 == 0 { "C" } else { "c" });
        ada.add_application(json!({"job_title": "Analyst", "company": company, "application_date": day}))
            .await;
    }
    let list = async |query: &str| ada.get(&format!("/jobapps/get_jobapps?{query}")).await;
    for sort in [
        "apply_date",
        "updated_at",
        "company",
        "job_title",
        "apply_date&reverse=true",
        "updated_at&reverse=true",
        "company&reverse=true",
        "job_title&reverse=true",
    ] {
        let all = companies(&list(&format!("sort={sort}")).await.expect_status(200));
        let (mut paged, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = list(&format!("sort={sort}&limit=4{cursor}"))
                .await
                .expect_status(200);
            paged.extend(companies(&page));
            let Some(next) = next_cursor(&page) else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!((all.len(), &paged), (25, &all), "{sort}");
        let sort = sort.replace("&reverse=true", "");
        let mut reversed = companies(
            &list(&format!("sort={sort}&reverse=true"))
                .await
                .expect_status(200),
        );
        reversed.reverse();
        assert_eq!(
            companies(&list(&format!("sort={sort}")).await.expect_status(200)),
            reversed,
            "{sort}"
        );
    }
    let first = list("limit=4").await.expect_status(200);
    let cursor = next_cursor(&first).expect("more");
    for query in [
        format!("cursor={cursor}&sort=company"),
        format!("cursor={cursor}&q=x"),
        format!("cursor={cursor}&reverse=true"),
        "cursor=garbage".into(),
    ] {
        assert_eq!(list(&query).await.invalid_fields(), ["cursor"], "{query}");
    }
    let ben = server.register("ben").await;
    let foreign = ben.get(&format!("/jobapps/get_jobapps?cursor={cursor}")).await;
    assert_eq!(foreign.invalid_fields(), ["cursor"]);
    for limit in ["0", "501", "-1", "1e3", "1000000000000"] {
        let response = list(&format!("limit={limit}")).await;
        assert_eq!(response.invalid_fields(), ["limit"], "{limit}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn filters_match_text_source_outcome_date_and_stage(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    ada.add_application(json!({
        "job_title": "Zoë’s 50% helper", "company": "Ångström AB", "source": "LinkedIn", "application_date": "2026-01-05",
        "tags": ["remote", "50%"], "status_id": ada.stage_id("offer").await,
    }))
    .await;
    let basalt = ada
        .add_application(
            json!({"job_title": "Yazılım, Łódź", "company": "Basalt", "application_date": "2026-02-05"}),
        )
        .await;
    let ghosted = json!({"jobapp_id": basalt["id"], "outcome": "ghosted"});
    ada.post("/jobapps/update_jobapp", ghosted)
        .await
        .expect_status(200);
    let applied = basalt["application_status"]["id"].as_str().expect("id");
    for (query, found) in [
        ("q=ANGSTROM", vec!["Ångström AB"]),
        ("q=zoe", vec!["Ångström AB"]),
        ("q=50%25", vec!["Ångström AB"]),
        ("q=%25", vec!["Ångström AB"]),
        ("q=_", vec![]),
        ("q=yazilim", vec!["Basalt"]),
        ("q=%C5%81%C3%93DZ", vec!["Basalt"]),
        ("source=LinkedIn", vec!["Ångström AB"]),
        ("source=linkedin", vec![]),
        ("outcome=ghosted", vec!["Basalt"]),
        ("applied_from=2026-02-05", vec!["Basalt"]),
        ("applied_to=2026-02-04", vec!["Ångström AB"]),
        ("status_id=00000000-0000-0000-0000-000000000001", vec![]),
        (&format!("status_id={applied}"), vec!["Basalt"]),
        ("stage_kind=offer", vec!["Ångström AB"]),
        ("stage_kind=applied&open=false", vec!["Basalt"]),
        ("open=true", vec!["Ångström AB"]),
        ("tag=remote", vec!["Ångström AB"]),
        ("tag=50%25", vec!["Ångström AB"]),
        ("tag=rem", vec![]),
        ("tag=remote&open=false", vec![]),
    ] {
        let page = ada.get(&format!("/jobapps/get_jobapps?{query}")).await;
        assert_eq!(companies(&page.expect_status(200)), found, "{query}");
    }
}

/// A cursor is valid only unmodified, for the user and the list that it was issued for.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn forged_cursor_is_a_validation_error(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    for user in [&ada, &ben] {
        for company in ["Fernway", "Moss", "Birch"] {
            user.add_application(json!({"job_title": "Clerk", "company": company}))
                .await;
        }
    }
    let issue = async |user: &TestClient, query: &str| {
        let page = user.get(&format!("/jobapps/get_jobapps?limit=1{query}")).await;
        next_cursor(&page.expect_status(200)).expect("more")
    };
    let use_cursor = async |cursor: &str| {
        ada.get(&format!("/jobapps/get_jobapps?limit=1&cursor={cursor}"))
            .await
    };
    let valid = issue(&ada, "").await;
    use_cursor(&valid).await.expect_status(200);
    let mut forged: Vec<String> = (0..valid.len())
        .map(|n| {
            let mut changed = valid.clone().into_bytes();
            changed[n] = if changed[n] == b'A' { b'B' } else { b'A' };
            String::from_utf8(changed).expect("ascii")
        })
        .collect();
    // Base64 of SQL, of a position without a signature, and of zero bytes.
    forged.extend(
        [
            "JyBvciAxPTEgLS0",
            "eyJrZXkiOiInOyBkcm9wIHRhYmxlIHVzZXJzIiwiaWQiOiIwIn0",
            "AAAA",
        ]
        .map(str::to_owned),
    );
    forged.push(valid[..valid.len() - 4].to_owned());
    forged.push(format!("{valid}AAAA"));
    forged.push("A".repeat(10_000));
    forged.push(issue(&ben, "").await);
    forged.push(issue(&ada, "&sort=company").await);
    forged.push(issue(&ada, "&q=clerk").await);
    for cursor in forged {
        assert_eq!(use_cursor(&cursor).await.invalid_fields(), ["cursor"], "{cursor}");
    }
    let other_list = ada
        .get(&format!("/users/get_user_google_emails?cursor={valid}"))
        .await;
    assert_eq!(other_list.invalid_fields(), ["cursor"]);
}
