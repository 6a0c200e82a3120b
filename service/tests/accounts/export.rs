//! GD-2, AT-97: everything of the person goes along, nothing of anybody else, no secret.

use crate::{
    inventory::{Owner, fill, inventory},
    support::{bench, count},
};
use serde_json::Value;
use service::{limits::Client, tenants::Caller, testing::Bench, users};
use sqlx::PgPool;
use std::collections::BTreeSet;

/// Parts of the document and the tables that they come from.
const PARTS: [(&str, &str); 14] = [
    ("/person", "users"),
    ("/identities/0", "identities"),
    ("/sessions/0", "sessions"),
    ("/known_agents/0", "known_agent"),
    ("/workspaces/0/workspace", "tenants"),
    ("/workspaces/0/workspace/membership", "memberships"),
    ("/workspaces/0/stages/0", "stage"),
    ("/workspaces/0/applications/0", "job_application"),
    ("/workspaces/0/history/0", "application_event"),
    ("/workspaces/0/notes/0", "note"),
    ("/workspaces/0/mailboxes/0", "mailbox"),
    ("/workspaces/0/mails/0", "mail_message"),
    ("/workspaces/0/imports/0", "mail_import"),
    ("/workspaces/0/access_grants/0", "access_grant"),
];

async fn document(bench: &Bench, caller: &Caller) -> String {
    let input = crate::support::proof();
    let mut export = users::export_data(&bench.services, caller, input, &Client::unknown())
        .await
        .expect("begun");
    assert_eq!(export.file_name, "jobhax-2026-03-15.json");
    let mut text = Vec::new();
    while let Some(piece) = export.pieces.recv().await {
        text.extend(piece.expect("a piece"));
    }
    String::from_utf8(text).expect("text")
}

fn owner(caller: &Caller, mark: &str) -> Owner {
    Owner {
        user: caller.user.id.0,
        tenant: caller.tenant.id.0,
        mark: mark.into(),
    }
}

/// Puts the marks, and takes back those of the columns that the proof needs.
async fn filled(bench: &Bench, caller: &Caller, mark: &str) -> BTreeSet<String> {
    let hash: Option<String> = sqlx::query_scalar("select password_hash from users where id = $1")
        .bind(caller.user.id.0)
        .fetch_one(&bench.owner)
        .await
        .expect("hash");
    let tables = fill(bench, &owner(caller, mark)).await;
    sqlx::query("update users set password_hash = $2, expires_at = null where id = $1")
        .bind(caller.user.id.0)
        .bind(hash)
        .execute(&bench.owner)
        .await
        .expect("the password again");
    tables
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn everything_of_the_person_and_nothing_else_goes_along(pool: PgPool) {
    let bench = bench(pool);
    let ada = bench.person("ada").await.expect("ada");
    let ben = bench.person("ben").await.expect("ben");
    let tables = filled(&bench, &ada, "canaryada").await;
    filled(&bench, &ben, "canaryben").await;
    // Ben is in Ada's workspace as well; what he has there is his.
    sqlx::query("insert into memberships (tenant_id, user_id, role, display_name, joined_at) values ($1, $2, 'coach', 'canaryben', now())")
        .bind(ada.tenant.id.0)
        .bind(ben.user.id.0)
        .execute(&bench.owner)
        .await
        .expect("a member");
    let in_adas = Owner {
        tenant: ada.tenant.id.0,
        ..owner(&ben, "canaryben")
    };
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "insert into note select tenant_id, gen_random_uuid(), '{}', application_id, 'canaryben in the same workspace', now(), now() from note where tenant_id = '{}'",
        in_adas.user, in_adas.tenant,
    )))
    .execute(&bench.owner)
    .await
    .expect("a note of his");

    let text = document(&bench, &ada).await;
    assert!(!text.contains("canaryben"), "another person's");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let inventory = inventory();
    for (place, table) in PARTS {
        let row = document
            .pointer(place)
            .and_then(Value::as_object)
            .unwrap_or_else(|| panic!("{place} in {text}"));
        let keys: BTreeSet<&str> = row
            .keys()
            .map(String::as_str)
            .filter(|k| *k != "membership")
            .collect();
        let wanted: BTreeSet<&str> = inventory
            .iter()
            .filter(|e| e.table == table && e.exported)
            .map(|e| e.column.as_str())
            .collect();
        assert_eq!(keys, wanted, "{table}");
    }
    for entry in &inventory {
        let mark = format!("canaryada-{}-{}", entry.table, entry.column);
        let placed = tables.contains(&entry.table)
            && count(
                &bench,
                &format!(
                    "select count(*) from {} t where t::text like '%{mark}%'",
                    entry.table
                ),
            )
            .await
                > 0;
        let listed = PARTS.iter().any(|(_, table)| *table == entry.table);
        assert!(
            listed || !entry.exported,
            "{}.{} is exported nowhere",
            entry.table,
            entry.column
        );
        assert_eq!(
            text.contains(&format!("{mark}\"")),
            placed && entry.exported,
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

/// Several pages of rows, each once; and whoever stops reading stops the writing.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_large_account_comes_in_pieces(pool: PgPool) {
    let bench = bench(pool);
    let ada = bench.person("ada").await.expect("ada");
    filled(&bench, &ada, "mark").await;
    sqlx::raw_sql(
        "insert into note select tenant_id, gen_random_uuid(), owner_id, application_id, 'note ' || n, now(), now() \
         from note, generate_series(1, 2600) n",
    )
    .execute(&bench.owner)
    .await
    .expect("many notes");
    let document: Value = serde_json::from_str(&document(&bench, &ada).await).expect("JSON");
    let notes = document["workspaces"][0]["notes"].as_array().expect("notes");
    let ids: BTreeSet<&str> = notes.iter().map(|n| n["id"].as_str().expect("id")).collect();
    assert_eq!((notes.len(), ids.len()), (2601, 2601));

    let input = crate::support::proof();
    let mut export = users::export_data(&bench.services, &ada, input, &Client::unknown())
        .await
        .expect("begun");
    assert!(export.pieces.recv().await.is_some());
    // Nothing is held for a reader who is slow: other work finds all connections free.
    for _ in 0..20 {
        users::get_profile(&bench.services, &ada)
            .await
            .expect("served meanwhile");
    }
    let mut pieces = 0;
    while let Some(piece) = export.pieces.recv().await {
        let piece = piece.expect("a piece");
        assert!(piece.len() < 1_000_000);
        pieces += 1;
    }
    assert!(pieces > 10);
}
