//! The import of CSV files.

use crate::support::{TestClient, TestServer, operations::MULTIPART};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::{fmt::Write as _, time::Instant};

/// A form with these fields, and a file.
fn form(fields: &[(&str, &str)], file: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(
            format!("--XyZ\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                .into_bytes(),
        );
    }
    body.extend(b"--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"jobs.csv\"\r\n\r\n");
    body.extend(file);
    body.extend(b"\r\n--XyZ--\r\n");
    body
}

/// Uploads a file and returns the import when it has ended.
async fn import(client: &TestClient, fields: &[(&str, &str)], file: &[u8]) -> Value {
    let started = client
        .post_raw("/jobapps/import_csv", MULTIPART, form(fields, file))
        .await
        .expect_status(202);
    client.server.run_jobs().await;
    result(client, &started["data"]["id"]).await
}

async fn result(client: &TestClient, id: &Value) -> Value {
    let id = id.as_str().expect("an id");
    let import = client
        .get(&format!("/jobapps/get_csv_import?csv_import_id={id}"))
        .await;
    import.expect_status(200)["data"].clone()
}

/// The counts of an import: created, same, differs, updated, bad.
fn counts(import: &Value) -> [i64; 5] {
    ["created", "same", "differs", "updated", "bad_rows"].map(|name| import[name].as_i64().expect(name))
}

async fn applications(client: &TestClient) -> Vec<Value> {
    let list = client
        .get("/jobapps/get_jobapps?sort=company")
        .await
        .expect_status(200);
    list["data"].as_array().expect("a list").clone()
}

/// The rows of an export, sorted.
async fn export(client: &TestClient) -> Vec<String> {
    let text = client.get("/jobapps/export_csv?history=true").await.text;
    let mut rows: Vec<String> = text.split("\r\n").skip(1).map(str::to_owned).collect();
    rows.sort_unstable();
    rows
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn export_of_one_workspace_is_imported_into_another_without_a_difference(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let added = ada
        .add_application(json!({
            "job_title": "=HYPERLINK(\"x\")", "company": "Fernway, \"Ltd\"", "application_date": "2026-03-01",
            "tags": ["a;b", "c,d", "back\\slash"], "location": "-1", "source": "\u{27}quoted", "url": "https://example.org/1",
            "salary": { "min": 50000, "max": 60000, "currency": "EUR", "period": "month" },
        }))
        .await;
    for (day, outcome) in [("05", "accepted"), ("06", "rejected")] {
        let change = json!({ "jobapp_id": added["id"], "status_id": ada.stage_id("offer").await, "outcome": outcome,
            "occurred_at": format!("2026-03-{day}T09:00:00Z") });
        ada.post("/jobapps/update_jobapp", change)
            .await
            .expect_status(200);
    }
    ada.add_application(
        json!({ "job_title": "Clerk", "company": "Moss", "status_id": ada.stage_id("to_apply").await }),
    )
    .await;
    // Two applications with the same job.
    for _ in 0..2 {
        ada.add_application(
            json!({ "job_title": "Baker", "company": "@Oven", "application_date": "2026-02-01",
            "salary": { "max": 20, "currency": "USD", "period": "hour" } }),
        )
        .await;
        server.clock.advance(chrono::TimeDelta::seconds(1));
    }
    let document = ada.get("/jobapps/export_csv?history=true").await.text;

    let bob = server.register("bob").await;
    let first = import(&bob, &[], document.as_bytes()).await;
    assert_eq!(
        (counts(&first), first["preset"].as_str()),
        ([4, 0, 0, 0, 0], Some("JobHax")),
        "{first}"
    );
    assert_eq!(export(&bob).await, export(&ada).await);

    let again = import(&bob, &[], document.as_bytes()).await;
    assert_eq!(counts(&again), [0, 4, 0, 0, 0], "{again}");
    assert_eq!(export(&bob).await, export(&ada).await);
    let same = import(&ada, &[], document.as_bytes()).await;
    assert_eq!(counts(&same), [0, 4, 0, 0, 0], "{same}");

    let history = bob
        .get(&format!(
            "/jobapps/get_status_history?jobapp_id={}",
            applications(&bob).await[1]["id"].as_str().expect("an id")
        ))
        .await
        .expect_status(200);
    for event in history["data"].as_array().expect("events") {
        assert_eq!(event["cause"], "import");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn files_of_any_dialect_are_imported_once(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let linkedin = "Application Date,Contact Email,Contact Phone Number,Company Name,Job Title,Job Url,Resume Name,Question And Answers\n\
        \"10/5/24, 2:15 PM\",ada@example.org,,\"Acme, Inc.\",Java Developer,https://www.linkedin.com/jobs/view/1,cv.pdf,\"Q: a\nb\"\n\
        \"10/5/24, 2:16 PM\",ada@example.org,,\"Acme, Inc.\",Java Developer,https://www.linkedin.com/jobs/view/2,cv.pdf,\n";
    let utf16: Vec<u8> = format!("\u{feff}{linkedin}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (file, expected) in [
        (linkedin.as_bytes(), [2, 0, 0, 0, 0]),
        (&utf16, [0, 2, 0, 0, 0]),
        (
            linkedin
                .replace(',', ";")
                .replace(";\u{20}Inc", ", Inc")
                .replace("24;", "24,")
                .as_bytes(),
            [0, 2, 0, 0, 0],
        ),
        ("sep=\t\r\nFirma\tStatus\r\n".as_bytes(), [0; 5]),
    ] {
        let mapping = if file.starts_with(b"sep") {
            vec![("mapping", r#"{"Firma":"company"}"#)]
        } else {
            Vec::new()
        };
        let done = import(&ada, &mapping, file).await;
        assert_eq!(
            (counts(&done), done["state"].as_str()),
            (expected, Some("done")),
            "{done}"
        );
    }
    let list = applications(&ada).await;
    assert_eq!(list.len(), 2);
    assert_eq!(
        (&list[0]["apply_date"], &list[0]["source"]),
        (&json!("2024-10-05"), &json!("LinkedIn"))
    );

    // Windows-1252; one row shows that the day comes first; the stages are synonyms.
    let mut latin = "Company;Role;Date applied;Status\r\nCaf\u{e9};Ko\u{eb}ch;3/4/2025;Interviewing\r\nM\u{fc}ller;Wirt;25/4/2025;Rejected\r\n"
        .chars()
        .map(|c| u8::try_from(u32::from(c)).expect("Latin-1"))
        .collect::<Vec<u8>>();
    latin.extend(b"\x80uro;;;Archived\r\n");
    let done = import(&ada, &[], &latin).await;
    assert_eq!(counts(&done), [3, 0, 0, 0, 0], "{done}");
    assert_eq!(done["columns"][2]["date_order"], "day_first");
    assert_eq!(done["columns"][2]["is_date_order_assumed"], false);
    let list = applications(&ada).await;
    let find = |company: &str| list.iter().find(|a| a["company"] == company).expect(company);
    assert_eq!(find("Café")["apply_date"], "2025-04-03");
    assert_eq!(find("Café")["application_status"]["kind"], "interview");
    assert_eq!(find("Müller")["outcome"], "rejected");
    assert_eq!(find("€uro")["outcome"], "withdrawn");
    assert_eq!(counts(&import(&ada, &[], &latin).await), [0, 3, 0, 0, 0]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn bad_rows_and_cells_are_reported_and_the_others_imported(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let file = "Company,Title,Applied,Link,Salary,Status\n\
        Moss,Clerk,2026-01-02,,,\n\
        ,,2026-01-02,,,\n\
        Fern,Baker,someday,,,\n\
        Fern,Baker,,javascript:alert(1),,\n\
        Fern,Baker,,,12345,\n\
        Fern,Baker,,,,Dream\n\
        Fern,\u{1},,,,\n\
        Fern,a,b,c,d,e,f\n\
        Moss,Clerk,2026-01-02,,,\n\
        Oak,Cook,,,,\"never closed\n\
        Elm,Cook,,,,\n";
    let done = import(&ada, &[], file.as_bytes()).await;
    assert_eq!(counts(&done), [5, 1, 0, 0, 4], "{done}");
    let listed = |name: &str| -> Vec<(i64, &str)> {
        let list = done[name].as_array().expect("a list").iter();
        list.map(|cell| {
            (
                cell["row"].as_i64().expect("a number"),
                cell["column"].as_str().unwrap_or("-"),
            )
        })
        .collect()
    };
    assert_eq!(listed("bad"), [(3, "-"), (8, "Title"), (9, "-"), (11, "-")]);
    assert_eq!(
        listed("warnings"),
        [(4, "Applied"), (5, "Link"), (6, "Salary"), (7, "Status")]
    );
    assert_eq!(done["warned_rows"], 4);
    let list = applications(&ada).await;
    assert_eq!(list.len(), 5);
    assert!(list.iter().all(|a| a["source"] == "CSV"), "{list:?}");

    let many = format!("Company,Applied\n{}", ",never\n".repeat(250));
    let done = import(&ada, &[], many.as_bytes()).await;
    assert_eq!(
        (counts(&done)[4], done["bad"].as_array().map(Vec::len)),
        (250, Some(100))
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invalid_uploads_are_rejected_and_leave_nothing(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let wide = "x,".repeat(10_000);
    for (fields, file, field) in [
        ([].as_slice(), "", "file"),
        (&[], "PK\u{3}\u{4}", "file"),
        (&[], "Company\u{0}", "file"),
        (&[], &wide, "file"),
        (&[], "Company,\"Title", "file"),
        (&[], "Foo,Bar\n1,2\n", "mapping"),
        (&[("mapping", "no JSON")], "Company\nx\n", "mapping"),
        (
            &[("mapping", r#"{"Company":"nothing"}"#)],
            "Company\nx\n",
            "mapping",
        ),
        (&[("mapping", r#"{"Firm":"company"}"#)], "Company\nx\n", "mapping"),
        (&[("mapping", r#"{"Company":null}"#)], "Company\nx\n", "mapping"),
        (&[("date_order", "year_first")], "Company\nx\n", "date_order"),
        (&[("dry_run", "maybe")], "Company\nx\n", "dry_run"),
        (&[("currency", "euro")], "Company\nx\n", "currency"),
        (&[("more", "x")], "Company\nx\n", "more"),
    ] {
        let response = ada
            .post_raw("/jobapps/import_csv", MULTIPART, form(fields, file.as_bytes()))
            .await;
        assert_eq!(
            response.invalid_fields(),
            [field],
            "{fields:?} {}",
            file.get(..20).unwrap_or(file)
        );
    }
    let jobs: i64 = sqlx::query_scalar("select count(*) from background_jobs where kind = 'import_csv'")
        .fetch_one(&server.owner)
        .await
        .expect("a count");
    assert_eq!(jobs, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn preview_changes_nothing_until_it_is_applied(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    ada.add_application(json!({ "job_title": "Clerk", "company": "Moss GmbH", "application_date": "2026-01-02", "location": "Rome" }))
        .await;
    let file = "Firma,Rolle,Am,Ort,Link\nMoss,Clerk (m/w/d),2026-01-02,Oslo,https://example.org/1\nFern,Baker,3/4/2026,,\n";
    let preview = import(&ada, &[("dry_run", "true")], file.as_bytes()).await;
    // Only the column "Link" is recognized by its name.
    assert_eq!(
        (counts(&preview), preview["state"].as_str()),
        ([0; 5], Some("done")),
        "{preview}"
    );
    let id = preview["id"].clone();
    let confirm = json!({ "csv_import_id": id, "fill_empty": true });
    let problem = ada.post("/jobapps/confirm_csv_import", confirm.clone()).await;
    assert_eq!(problem.expect_problem(409), "conflict");

    let fields = json!(["company", "job_title", "apply_date", "location", "url"]);
    let map = json!({ "csv_import_id": id, "fields": fields, "date_order": "month_first" });
    ada.post("/jobapps/map_csv_import", map.clone())
        .await
        .expect_status(202);
    assert_eq!(
        ada.post("/jobapps/confirm_csv_import", confirm.clone())
            .await
            .expect_problem(409),
        "conflict"
    );
    server.run_jobs().await;
    let preview = result(&ada, &id).await;
    assert_eq!(counts(&preview), [1, 0, 1, 0, 0], "{preview}");
    let differs = &preview["rows"][0];
    assert_eq!(
        (&differs["verdict"], &differs["fields"]),
        (&json!("differs"), &json!(["location", "url"]))
    );
    assert_eq!(
        (&preview["rows"][1]["verdict"], &preview["rows"][1]["apply_date"]),
        (&json!("new"), &json!("2026-03-04"))
    );
    assert_eq!(applications(&ada).await.len(), 1);
    let invalid = json!({ "csv_import_id": id, "fields": ["company"] });
    assert_eq!(
        ada.post("/jobapps/map_csv_import", invalid)
            .await
            .invalid_fields(),
        ["fields"]
    );

    for _ in 0..2 {
        ada.post("/jobapps/confirm_csv_import", confirm.clone())
            .await
            .expect_status(202);
        server.run_jobs().await;
        let done = result(&ada, &id).await;
        assert_eq!(
            (counts(&done), &done["dry_run"]),
            ([1, 0, 1, 1, 0], &json!(false)),
            "{done}"
        );
    }
    let list = applications(&ada).await;
    let moss = list
        .iter()
        .find(|a| a["company"] == "Moss GmbH")
        .expect("the application");
    assert_eq!(
        (&moss["location"], &moss["url"], &moss["version"]),
        (&json!("Rome"), &json!("https://example.org/1"), &json!(2))
    );
    assert_eq!(list.len(), 2);
    assert_eq!(
        ada.post("/jobapps/map_csv_import", map).await.expect_problem(409),
        "conflict"
    );
    let folder = server
        .data_dir()
        .join("uploads")
        .join(id.as_str().expect("an id"));
    assert!(!folder.exists(), "the file is deleted");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn import_ends_at_the_limit_of_applications(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let mut rows = String::new();
    for n in 0..20_050 {
        writeln!(rows, "Company {n},Clerk,2026-01-02").expect("written");
    }
    let file = format!("Company,Title,Applied\n{rows}");
    let started = Instant::now();
    for dry_run in ["true", "false"] {
        let done = import(&ada, &[("dry_run", dry_run)], file.as_bytes()).await;
        assert_eq!(counts(&done), [20_000, 0, 0, 0, 50], "{dry_run}");
        assert_eq!(done["bad"][0]["row"], 20_002);
    }
    assert_eq!(
        counts(&import(&ada, &[], file.as_bytes()).await),
        [0, 20_000, 0, 0, 50]
    );
    assert!(started.elapsed().as_secs() < 120, "{:?}", started.elapsed());
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn repeated_upload_with_a_key_is_the_same_import(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let upload = async |file: &str| {
        let request = ada
            .request("POST", "/jobapps/import_csv")
            .header("content-type", MULTIPART)
            .header("idempotency-key", "k")
            .body(form(&[], file.as_bytes()).into())
            .expect("a request");
        ada.send(request).await
    };
    let first = upload("Company\nMoss\n").await.expect_status(202);
    let again = upload("Company\nMoss\n").await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.expect_status(202), first);
    assert_eq!(
        upload("Company\nFern\n").await.expect_problem(422),
        "idempotency_key_reused"
    );
    server.run_jobs().await;
    assert_eq!(applications(&ada).await.len(), 1);
}
