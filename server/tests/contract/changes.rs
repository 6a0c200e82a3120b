//! Every operation that changes a listed row appends the change to the changes feed.

use crate::support::{
    TestServer, fixtures,
    operations::{Operation, call},
};
use sqlx::{AssertSqlSafe, PgPool};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Tables of the listed objects, with the columns that no response contains.
const TABLES: [(&str, &str); 8] = [
    (
        "job_applications",
        "'seen_at', 'match_key', 'search_text', 'user_edited_fields', 'requisition'",
    ),
    ("notes", "''"),
    ("contacts", "''"),
    ("interviews", "'edited_at', 'sequence'"),
    ("tasks", "''"),
    ("files", "''"),
    ("stages", "''"),
    ("contact_links", "''"),
];

/// Operations that end the session or the workspace of the test, or create another workspace, whose initial stages are added before anyone
/// can read its feed.
const EXCLUDED: [&str; 8] = [
    "revoke_session",
    "register",
    "auth_social_user",
    "delete_user",
    "delete_tenant",
    "leave_tenant",
    "logout",
    "add_tenant",
];

/// All rows by id: the object that the feed refers to, and a checksum of the row.
async fn rows(server: &TestServer) -> BTreeMap<Uuid, (Uuid, String)> {
    let mut rows = BTreeMap::new();
    for (table, hidden) in TABLES {
        let object = if table == "contact_links" {
            "contact_id"
        } else {
            "id"
        };
        let sql = format!("select id, {object}, md5((to_jsonb(t) - array[{hidden}])::text) from {table} t");
        let found: Vec<(Uuid, Uuid, String)> = sqlx::query_as(AssertSqlSafe(sql))
            .fetch_all(&server.owner)
            .await
            .expect("rows");
        rows.extend(found.into_iter().map(|(id, object, sum)| (id, (object, sum))));
    }
    rows
}

/// The ids of all changes and their objects.
async fn change_ids(server: &TestServer) -> BTreeMap<Uuid, Uuid> {
    let changes: Vec<(Uuid, Uuid)> = sqlx::query_as("select id, object_id from changes")
        .fetch_all(&server.owner)
        .await
        .expect("changes");
    changes.into_iter().collect()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn operation_that_changes_a_row_appends_it_to_the_feed(pool: PgPool) {
    let server = TestServer::with_mock_providers(pool).await;
    let ada = fixtures::user(&server, "ada").await;
    let is_write =
        |operation: &Operation| operation.method == "post" && !EXCLUDED.contains(&operation.name());
    let (removing, other): (Vec<Operation>, Vec<Operation>) =
        Operation::all().filter(is_write).partition(|o| {
            ["delete", "merge", "unlink", "split"]
                .iter()
                .any(|word| o.name().contains(word))
        });
    let mut effective = BTreeSet::new();
    for operation in other.iter().chain(&removing) {
        let before = rows(&server).await;
        let known: BTreeSet<Uuid> = change_ids(&server).await.into_keys().collect();
        call(&ada.client, operation, &operation.valid_input(&ada.ids)).await;
        server.run_jobs().await;
        let after = rows(&server).await;
        let appended: BTreeSet<Uuid> = change_ids(&server)
            .await
            .into_iter()
            .filter(|(id, _)| !known.contains(id))
            .map(|(_, object)| object)
            .collect();
        let changed = before
            .iter()
            .filter(|(id, row)| after.get(id) != Some(row))
            .chain(after.iter().filter(|(id, _)| !before.contains_key(id)));
        for (_, (object, _)) in changed {
            // A link is deleted together with its contact or application.
            let is_gone_link = !before.contains_key(object) && !after.contains_key(object);
            assert!(
                appended.contains(object) || is_gone_link,
                "{} changed {object} without appending it",
                operation.name()
            );
            effective.insert(operation.name());
        }
    }
    assert!(
        effective.len() >= 20,
        "only these changed something: {effective:?}"
    );
}
