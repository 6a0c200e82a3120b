//! Every operation treats an id of another tenant like an unknown id, in every field.

use crate::support::{
    TestServer,
    fixtures::{self, Fixture, canary},
    operations::{Ids, Operation, call},
};
use serde_json::{Value, json};
use sqlx::PgPool;

/// Operations that report the unknown ids of a list in a successful response, with the field.
const REPORTS_UNKNOWN_IDS: [(&str, &str); 1] = [("bulk_update", "jobapp_ids")];

/// Operations that only work in organizations. The users of these tests are in their personal workspaces.
const INVITATIONS: [&str; 2] = ["invite_member", "invite_members"];

/// Operations that need more than one id per field, a name server, or an object of another member.
const NEEDS_MORE: [&str; 4] = [
    "delete_status",
    "order_statuses",
    "verify_domain",
    "withdraw_access_request",
];

/// A read operation that adds an event about itself to the audit log.
const EXPORT_OF_EVENTS: &str = "export_events";

fn is_left_out(operation: &str) -> bool {
    operation == EXPORT_OF_EVENTS || INVITATIONS.contains(&operation)
}

const UNKNOWN_ID: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000";

fn is_required_parameter(operation: &Operation, name: &str) -> bool {
    operation
        .parameters()
        .any(|(parameter, p)| parameter == name && p["required"] == json!(true))
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn foreign_ids_are_like_unknown_ids(pool: PgPool) {
    let server = TestServer::with_mock_providers(pool).await;
    let ada = fixtures::user(&server, "ada").await;
    let ben = fixtures::user(&server, "ben").await;
    let before = server.snapshot_database().await;
    let mut fields = 0;
    for operation in Operation::all().filter(|o| !is_left_out(o.name())) {
        for (name, is_in_body) in operation.id_fields() {
            let with_id = |id: &str| operation.valid_input(&ada.ids).with_id(name, is_in_body, id);
            let foreign = call(&ada.client, &operation, &with_id(&ben.ids[name])).await;
            let unknown = call(&ada.client, &operation, &with_id(UNKNOWN_ID)).await;
            let context = format!("{} {name}: {}", operation.path, foreign.text);
            if REPORTS_UNKNOWN_IDS.contains(&(operation.name(), name)) {
                for (response, id) in [(&foreign, ben.ids[name].as_str()), (&unknown, UNKNOWN_ID)] {
                    let expected = json!({ "updated": [], "unchanged": [], "not_found": [id] });
                    assert_eq!(response.json["data"], expected, "{context}");
                }
                fields += 1;
                continue;
            }
            assert_eq!(foreign.comparable(), unknown.comparable(), "{context}");
            assert!(!foreign.text.contains(&canary("ben")), "{context}");
            let is_subject = ["owner_id", "group_id"].contains(&name);
            if operation.method == "post" || is_subject || is_required_parameter(&operation, name) {
                assert_eq!(foreign.status, 404, "{context}");
            } else if operation.name() == "export_csv" {
                assert_eq!(
                    foreign.text.lines().count(),
                    1,
                    "only the names of the columns: {context}"
                );
            } else {
                // Another user's id is a filter that matches nothing.
                assert_eq!(
                    (foreign.status.as_u16(), &foreign.json["data"]),
                    (200, &json!([])),
                    "{context}"
                );
            }
            fields += 1;
        }
    }
    assert!(fields >= 10, "only {fields} fields were tried");
    assert_eq!(server.snapshot_database().await, before, "nothing was written");
}

/// Control: the same requests with the caller's own ids succeed, so the errors in the other tests are caused by the ids.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn own_ids_are_accepted(pool: PgPool) {
    let server = TestServer::with_mock_providers(pool).await;
    let reader = fixtures::user(&server, "reader").await;
    for operation in Operation::all().filter(|o| !o.id_fields().is_empty()) {
        if NEEDS_MORE.contains(&operation.name()) || INVITATIONS.contains(&operation.name()) {
            continue;
        }
        // Read operations do not use up ids, so they share a user.
        let writer = match operation.method {
            "get" => None,
            _ => Some(fixtures::user(&server, operation.name()).await),
        };
        let user = writer.as_ref().unwrap_or(&reader);
        let mut input = operation.valid_input(&user.ids);
        for (name, is_in_body) in operation.id_fields() {
            input = input.with_id(name, is_in_body, &user.ids[name]);
        }
        let response = call(&user.client, &operation, &input).await;
        assert!(
            response.status.is_success(),
            "{}: {} {}",
            operation.path,
            response.status,
            response.text
        );
    }
}

/// Sums, word counts and cursors of a tenant do not depend on the data of other tenants either.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn responses_do_not_depend_on_other_tenants(pool: PgPool) {
    let server = TestServer::with_mock_providers(pool).await;
    let ada = fixtures::user(&server, "ada").await;
    let ben = fixtures::user(&server, "ben").await;
    let before = read_everything(&ada).await;
    for _ in 0..3 {
        fixtures::seed(&ben.client, "ben").await;
    }
    let after = read_everything(&ada).await;
    assert_eq!(before, after, "another tenant's data changed a response");
    let text = after.to_string();
    assert!(text.contains(&canary("ada")), "{text}");
    let mark = canary("ben");
    assert!(!text.to_lowercase().contains(&mark.to_lowercase()), "{text}");
    for id in ben.ids.values() {
        assert!(!text.contains(id.as_str()), "{id} in {text}");
    }
    let path = "/jobapps/get_jobapps?limit=1";
    let page = ben.client.get(path).await.expect_status(200);
    let cursor = page["pagination"]["next_cursor"].as_str().expect("more");
    let foreign_page = ada.client.get(&format!("{path}&cursor={cursor}")).await;
    assert!(!foreign_page.text.contains(&mark), "{}", foreign_page.text);
}

/// The responses of all read operations.
async fn read_everything(user: &Fixture) -> Value {
    let mut responses = Vec::new();
    for operation in Operation::all().filter(|o| o.method == "get" && o.name() != EXPORT_OF_EVENTS) {
        let response = call(&user.client, &operation, &operation.valid_input(&user.ids)).await;
        responses.push(response.expect_status(200));
    }
    json!(responses)
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn own_and_foreign_ids_cannot_be_combined(pool: PgPool) {
    let server = TestServer::with_mock_providers(pool).await;
    let ada = fixtures::user(&server, "ada").await;
    let ben = fixtures::user(&server, "ben").await;
    let before = server.snapshot_database().await;
    for operation in Operation::all().filter(|o| o.method == "post" && o.id_fields().len() > 1) {
        for (foreign, _) in operation.id_fields() {
            if REPORTS_UNKNOWN_IDS.contains(&(operation.name(), foreign)) {
                continue;
            }
            let mut input = operation.valid_input(&ada.ids);
            for (name, is_in_body) in operation.id_fields() {
                let ids: &Ids = if name == foreign { &ben.ids } else { &ada.ids };
                input = input.with_id(name, is_in_body, &ids[name]);
            }
            let response = call(&ada.client, &operation, &input).await;
            assert_eq!(
                response.expect_problem(404),
                "not_found",
                "{} {foreign}",
                operation.path
            );
        }
    }
    assert_eq!(server.snapshot_database().await, before);
}
