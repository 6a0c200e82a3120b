//! The export contains all data of the user, no data of others and no secrets.

use super::data_inventory::{Owner, fill_tables, read_inventory};
use crate::support::{count, reauth_input, test_app};
use domain::{files::AddFileInput, jobapps::AddApplicationInput};
use serde_json::Value;
use service::{
    context::{Caller, ClientInfo},
    files, jobapps,
    testing::TestApp,
    users,
};
use sqlx::PgPool;
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Cursor, Read as _},
};

/// JSON pointers into the document, and the tables of the rows there.
const SECTIONS: [(&str, &str); 39] = [
    ("/person", "users"),
    ("/identities/0", "identities"),
    ("/sessions/0", "sessions"),
    ("/api_keys/0", "api_keys"),
    ("/api_key_usage/0", "api_key_usage"),
    ("/known_agents/0", "known_devices"),
    ("/invitations/0", "tenant_invitations"),
    ("/removals/0", "removed_members"),
    ("/former_memberships/0", "former_members"),
    ("/comment_emails/0", "comment_emails"),
    ("/workspaces/0/workspace", "tenants"),
    ("/workspaces/0/workspace/membership", "memberships"),
    ("/workspaces/0/stages/0", "stages"),
    ("/workspaces/0/applications/0", "job_applications"),
    ("/workspaces/0/history/0", "application_events"),
    ("/workspaces/0/notes/0", "notes"),
    ("/workspaces/0/files/0", "files"),
    ("/workspaces/0/goals/0", "application_goals"),
    ("/workspaces/0/postings/0", "application_postings"),
    ("/workspaces/0/contacts/0", "contacts"),
    ("/workspaces/0/contact_links/0", "contact_links"),
    ("/workspaces/0/interviews/0", "interviews"),
    ("/workspaces/0/tasks/0", "tasks"),
    ("/workspaces/0/views/0", "views"),
    ("/workspaces/0/mailboxes/0", "mailboxes"),
    ("/workspaces/0/imap_accounts/0", "imap_accounts"),
    ("/workspaces/0/mails/0", "mail_messages"),
    ("/workspaces/0/imports/0", "mail_imports"),
    ("/workspaces/0/csv_imports/0", "csv_imports"),
    ("/workspaces/0/sender_rules/0", "sender_rules"),
    ("/workspaces/0/access_grants/0", "access_grants"),
    ("/workspaces/0/access_requests/0", "access_requests"),
    ("/workspaces/0/access_log/0", "access_log"),
    ("/workspaces/0/past_viewers/0", "past_viewers"),
    ("/workspaces/0/comments/0", "application_comments"),
    ("/workspaces/0/audit_events/0", "audit_events"),
    ("/workspaces/0/webhook_endpoints/0", "webhook_endpoints"),
    ("/workspaces/0/webhook_deliveries/0", "webhook_deliveries"),
    ("/workspaces/0/webhook_attempts/0", "webhook_attempts"),
];

async fn export(app: &TestApp, caller: &Caller) -> String {
    let input = reauth_input();
    let export = users::export_data(&app.services, caller, input, &ClientInfo::unknown())
        .await
        .expect("export");
    assert_eq!(export.file_name, "jobhax-2026-03-15.json");
    String::from_utf8(read(export).await).expect("UTF-8")
}

async fn read(mut export: users::Export) -> Vec<u8> {
    let mut content = Vec::new();
    while let Some(chunk) = export.chunks.recv().await {
        content.extend(chunk.expect("chunk"));
    }
    content
}

async fn add_file(app: &TestApp, caller: &Caller, name: &str, content: Vec<u8>) {
    let input = AddApplicationInput {
        job_title: "Planner".into(),
        company: "Meridian Rail".into(),
        ..AddApplicationInput::default()
    };
    let application = jobapps::add(&app.services, caller, None, input)
        .await
        .expect("application");
    let input = AddFileInput {
        jobapp_id: Some(application.id.to_string()),
        kind: Some("other".into()),
        name: name.into(),
        content: Some(content),
    };
    files::add(&app.services, caller, None, input)
        .await
        .expect("file");
}

fn owner(caller: &Caller, mark: &str) -> Owner {
    Owner {
        user: caller.user.id.0,
        tenant: caller.tenant.id.0,
        mark: mark.into(),
    }
}

/// Fills all tables with rows of the user, but keeps the password, which the export asks for.
async fn fill_for(app: &TestApp, caller: &Caller, mark: &str) -> BTreeSet<String> {
    let hash: Option<String> = sqlx::query_scalar("select password_hash from users where id = $1")
        .bind(caller.user.id.0)
        .fetch_one(&app.owner)
        .await
        .expect("hash");
    let tables = fill_tables(app, &owner(caller, mark)).await;
    sqlx::query("update users set password_hash = $2, expires_at = null where id = $1")
        .bind(caller.user.id.0)
        .bind(hash)
        .execute(&app.owner)
        .await
        .expect("restored");
    tables
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn export_contains_all_data_of_the_user_and_nothing_else(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("ada");
    let ben = app.register_user("ben").await.expect("ben");
    let tables = fill_for(&app, &ada, "canaryada").await;
    fill_for(&app, &ben, "canaryben").await;
    // Ben is a member of Ada's tenant. His rows there are not hers.
    sqlx::query("insert into memberships (tenant_id, user_id, role, display_name, joined_at) values ($1, $2, 'coach', 'canaryben', now())")
        .bind(ada.tenant.id.0)
        .bind(ben.user.id.0)
        .execute(&app.owner)
        .await
        .expect("membership");
    let ben_in_adas_tenant = Owner {
        tenant: ada.tenant.id.0,
        ..owner(&ben, "canaryben")
    };
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "insert into notes select tenant_id, gen_random_uuid(), '{}', application_id, 'canaryben in the same tenant', now(), now() from notes where tenant_id = '{}'",
        ben_in_adas_tenant.user, ben_in_adas_tenant.tenant,
    )))
    .execute(&app.owner)
    .await
    .expect("note");

    let text = export(&app, &ada).await;
    assert!(!text.contains("canaryben"), "data of another user");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let inventory = read_inventory();
    for (pointer, table) in SECTIONS {
        let row = document
            .pointer(pointer)
            .and_then(Value::as_object)
            .unwrap_or_else(|| panic!("{pointer} in {text}"));
        let keys: BTreeSet<&str> = row
            .keys()
            .map(String::as_str)
            .filter(|k| *k != "membership")
            .collect();
        let expected: BTreeSet<&str> = inventory
            .iter()
            .filter(|e| e.table == table && e.exported)
            .map(|e| e.column.as_str())
            .collect();
        assert_eq!(keys, expected, "{table}");
    }
    for entry in &inventory {
        let mark = format!("canaryada-{}-{}", entry.table, entry.column);
        let is_stored = tables.contains(&entry.table)
            && count(
                &app,
                &format!(
                    "select count(*) from {} t where t::text ~ '{mark}\\M'",
                    entry.table
                ),
            )
            .await
                > 0;
        let has_section = SECTIONS.iter().any(|(_, table)| *table == entry.table);
        assert!(
            has_section || !entry.exported,
            "{}.{} has no section",
            entry.table,
            entry.column
        );
        assert_eq!(
            text.contains(&format!("{mark}\"")),
            is_stored && entry.exported,
            "{}.{} ({})",
            entry.table,
            entry.column,
            entry.class
        );
    }
    for secret in ["password_hash", "token_hash", "$argon2"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

/// Each row is exported once, and slow clients occupy no database connection.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn large_export_is_streamed_in_chunks(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("ada");
    fill_for(&app, &ada, "mark").await;
    sqlx::raw_sql(
        "insert into notes select tenant_id, gen_random_uuid(), owner_id, application_id, 'note ' || n, now(), now() \
         from notes, generate_series(1, 2600) n",
    )
    .execute(&app.owner)
    .await
    .expect("notes");
    let document: Value = serde_json::from_str(&export(&app, &ada).await).expect("JSON");
    let notes = document["workspaces"][0]["notes"].as_array().expect("notes");
    let ids: BTreeSet<&str> = notes.iter().map(|n| n["id"].as_str().expect("id")).collect();
    assert_eq!((notes.len(), ids.len()), (2601, 2601));

    let input = reauth_input();
    let mut export = users::export_data(&app.services, &ada, input, &ClientInfo::unknown())
        .await
        .expect("export");
    assert!(export.chunks.recv().await.is_some());
    // While the client does not read, all connections are available for other requests.
    for _ in 0..20 {
        users::get_profile(&app.services, &ada).await.expect("profile");
    }
    let mut number_of_chunks = 0;
    while let Some(chunk) = export.chunks.recv().await {
        let chunk = chunk.expect("chunk");
        assert!(chunk.len() < 1_000_000);
        number_of_chunks += 1;
    }
    assert!(number_of_chunks > 10);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn archive_contains_the_document_and_the_contents_of_own_files(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("ada");
    let ben = app.register_user("ben").await.expect("ben");
    let long: Vec<u8> = (0..300_000_u32)
        .flat_map(|n| format!("{n} ").into_bytes())
        .collect();
    add_file(&app, &ada, "Résumé.txt", long.clone()).await;
    add_file(&app, &ada, "Résumé.txt", b"of the other job".to_vec()).await;
    add_file(&app, &ada, "lost.txt", b"lost".to_vec()).await;
    add_file(&app, &ben, "ben.txt", b"of another user".to_vec()).await;
    let ids: BTreeMap<String, String> = sqlx::query_as("select id::text, name from files")
        .fetch_all(&app.owner)
        .await
        .expect("files")
        .into_iter()
        .collect();
    let lost = ids.iter().find(|(_, name)| *name == "lost.txt").expect("lost").0;
    let stored = app
        .data_dir()
        .join("files")
        .join(ada.tenant.id.to_string())
        .join(lost);
    std::fs::remove_file(stored).expect("content");

    let input = reauth_input();
    let export = users::export_archive(&app.services, &ada, input, &ClientInfo::unknown())
        .await
        .expect("export");
    assert_eq!(
        (export.file_name.as_str(), export.media_type),
        ("jobhax-2026-03-15.zip", "application/zip")
    );
    let mut archive = zip::ZipArchive::new(Cursor::new(read(export).await)).expect("ZIP");
    let mut contents = BTreeMap::new();
    for n in 0..archive.len() {
        let mut entry = archive.by_index(n).expect("entry");
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("content");
        contents.insert(entry.name().expect("UTF-8").into_owned(), content);
    }
    let document = contents.remove("jobhax.json").expect("document");
    let document: Value = serde_json::from_slice(&document).expect("JSON");
    let listed = document["workspaces"][0]["files"].as_array().expect("files");
    assert_eq!(listed.len(), 3);
    let mut expected = BTreeMap::new();
    for file in listed {
        let (id, name) = (
            file["id"].as_str().expect("id"),
            file["name"].as_str().expect("name"),
        );
        let content = match file["bytes"].as_u64() {
            _ if name == "lost.txt" => continue,
            Some(16) => b"of the other job".to_vec(),
            _ => long.clone(),
        };
        expected.insert(format!("files/{}/{id}/{name}", ada.tenant.slug), content);
    }
    assert_eq!(contents, expected);
}
