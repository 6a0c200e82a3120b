use crate::client::{Answer, Api};
use axum::body::Body;
use serde_json::{Value, json};
use service::jobs::work_off;
use sqlx::PgPool;
use std::sync::Arc;

const RECEIPT: &str = "From: Moss <no-reply@us.greenhouse-mail.io>\r\nSubject: Thank you for applying to Moss\r\n\
    Message-ID: <one@mail.example>\r\nDate: 5 Jan 2026 10:00:00 +0000\r\n\r\nThank you for applying for the Baker position at Moss.\r\n";

/// A form of these parts: name, file name, content.
fn form(parts: &[(&str, &str, &str)]) -> String {
    let parts: Vec<String> = parts
        .iter()
        .map(|(name, file, content)| {
            format!(
                "--XyZ\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n{content}\r\n"
            )
        })
        .collect();
    parts.concat() + "--XyZ--\r\n"
}

async fn upload(api: &Api, token: &str, body: impl Into<Body>) -> Answer {
    let kind = "multipart/form-data; boundary=XyZ";
    api.post_text(token, "/mail/import_mails", kind, body).await
}

async fn imported(api: &Api, token: &str, parts: &[(&str, &str, &str)]) -> Value {
    let begun = upload(api, token, form(parts)).await.with(202);
    assert_eq!(begun["data"]["state"], "running");
    work_off(&Arc::new(api.bench.services.clone()))
        .await
        .expect("worked off");
    let id = begun["data"]["id"].as_str().expect("id");
    api.get(token, &format!("/mail/get_import?import_id={id}"))
        .await
        .with(200)["data"]
        .clone()
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn an_upload_becomes_applications(pool: PgPool) {
    let api = Api::new(pool);
    let token = api.person("ada").await;
    let parts = [
        ("file", "Läuft.eml", RECEIPT),
        ("file", "../Takeout.zip", "PK\u{3}\u{4}…"),
    ];
    let mut import = imported(&api, &token, &parts).await;
    import["id"] = json!("[id]");
    let detail =
        "This is a ZIP archive, not a mailbox. Unpack it and upload the .mbox or .eml files that are in it.";
    let wanted = json!({
        "id": "[id]", "state": "done", "messages_seen": 1, "applications_created": 1, "applications_updated": 0, "mails_ignored": 0,
        "errors": [{"file": "Takeout.zip", "position": 0, "detail": detail}],
    });
    assert_eq!(import, wanted);
    let again = imported(&api, &token, &[("file", "again.eml", RECEIPT)]).await;
    assert_eq!(
        (&again["applications_created"], &again["mails_ignored"]),
        (&json!(0), &json!(1))
    );
    let listed = api.get(&token, "/jobapps/get_jobapps").await.with(200);
    let jobapps = listed["data"].as_array().expect("list");
    assert_eq!(jobapps.len(), 1);
    for (field, value) in [
        ("company", "Moss"),
        ("job_title", "Baker"),
        ("source", "Greenhouse"),
        ("apply_date", "2026-01-05"),
    ] {
        assert_eq!(jobapps[0][field], value);
    }
    let id = jobapps[0]["id"].as_str().expect("id");
    let history = api
        .get(&token, &format!("/jobapps/get_status_history?jobapp_id={id}"))
        .await
        .with(200);
    let first = &history["data"][0];
    assert_eq!(
        (&first["cause"], &first["actor"]["kind"]),
        (&json!("import"), &json!("system"))
    );
    assert!(first["mail_id"].is_string());
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn what_is_no_upload_is_refused(pool: PgPool) {
    let api = Api::new(pool);
    let token = api.person("ada").await;
    assert_eq!(upload(&api, "", form(&[])).await.problem(401), "unauthorized");
    for kind in [
        "application/json",
        "text/plain",
        "multipart/mixed; boundary=XyZ",
        "multipart/form-data",
    ] {
        let answer = api
            .post_text(
                &token,
                "/mail/import_mails",
                kind,
                form(&[("file", "a.eml", RECEIPT)]),
            )
            .await;
        assert_eq!(answer.problem(415), "unsupported_media_type", "{kind}");
    }
    assert_eq!(upload(&api, &token, form(&[])).await.fields(), ["file"]);
    assert_eq!(
        upload(&api, &token, form(&[("file", "", "")])).await.fields(),
        ["file"]
    );
    assert_eq!(
        upload(&api, &token, form(&[("colour", "a.eml", "x")]))
            .await
            .fields(),
        ["colour"]
    );
    let whole = form(&[("file", "a.eml", RECEIPT)]);
    let broken = whole[..whole.len() - 60].to_owned();
    assert_eq!(upload(&api, &token, broken).await.problem(400), "malformed");
    assert_eq!(api.get(&token, "/mail/get_import").await.fields(), ["import_id"]);
    assert_eq!(
        api.get(&token, "/mail/get_import?import_id=x").await.fields(),
        ["import_id"]
    );
    let unknown = "/mail/get_import?import_id=01900000-0000-7000-8000-000000000000";
    assert_eq!(api.get(&token, unknown).await.problem(404), "not_found");
    assert_eq!(
        api.get(&token, "/mail/import_mails").await.problem(405),
        "method_not_allowed"
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn an_upload_may_be_larger_than_other_bodies_and_is_limited_all_the_same(pool: PgPool) {
    let api = Api::new(pool);
    let token = api.person("ada").await;
    let large = format!("{RECEIPT}{}", "x".repeat(3 << 20));
    let import = imported(&api, &token, &[("file", "large.eml", &large)]).await;
    assert_eq!(import["applications_created"], 1);
    let request = axum::http::Request::post("/api/mail/import_mails")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "multipart/form-data; boundary=XyZ")
        .header("content-length", 2_u64 << 30);
    let answer = api.send(request.body(Body::empty()).expect("request")).await;
    assert_eq!(answer.problem(413), "payload_too_large");
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn an_import_of_somebody_else_does_not_exist(pool: PgPool) {
    let api = Api::new(pool);
    let (ada, ben) = (api.person("ada").await, api.person("ben").await);
    let import = imported(&api, &ada, &[("file", "a.eml", RECEIPT)]).await;
    let path = format!(
        "/mail/get_import?import_id={}",
        import["id"].as_str().expect("id")
    );
    assert_eq!(api.get(&ben, &path).await.problem(404), "not_found");
}

/// RL-3, AT-56: many uploads at once are never more than may be under way together.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn rl_3_uploads_at_once_keep_the_limit(pool: PgPool) {
    let api = Arc::new(Api::new(pool));
    let token = api.person("ada").await;
    let mut uploads = tokio::task::JoinSet::new();
    for n in 0..30 {
        let (api, token) = (api.clone(), token.clone());
        uploads.spawn(async move {
            let body = form(&[("file", &format!("{n}.eml"), RECEIPT)]);
            upload(&api, &token, body).await
        });
    }
    let mut taken = 0;
    while let Some(answer) = uploads.join_next().await {
        let answer = answer.expect("an answer");
        if answer.status == 202 {
            taken += 1;
        } else {
            assert_eq!(answer.headers["retry-after"], "30");
            assert_eq!(answer.problem(429), "rate_limited");
        }
    }
    let running: i64 = sqlx::query_scalar("select count(*) from mail_import")
        .fetch_one(&api.bench.owner)
        .await
        .expect("a number");
    assert_eq!((taken, running), (5, 5));
    // What was refused left nothing on the disk, and what was taken is read.
    let kept = std::fs::read_dir(api.bench.data_dir().join("uploads")).expect("uploads");
    let ids: Vec<String> = sqlx::query_scalar("select id::text from mail_import")
        .fetch_all(&api.bench.owner)
        .await
        .expect("ids");
    let of_these = kept.flatten().filter(|f| {
        f.file_name()
            .to_str()
            .is_some_and(|name| ids.iter().any(|id| id == name))
    });
    assert_eq!(of_these.count(), 5);
    work_off(&Arc::new(api.bench.services.clone()))
        .await
        .expect("worked off");
    upload(&api, &token, form(&[("file", "z.eml", RECEIPT)]))
        .await
        .with(202);
}
