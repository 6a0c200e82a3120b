//! Sends invalid input of every kind to every operation, generated from the OpenAPI document ([`generator`]). Each request must be rejected
//! with the documented status, name the invalid field, and write nothing.

mod generator;
mod values;

use crate::support::{TestResponse, TestServer, fixtures, operations::Operation};
use generator::{Generator, InvalidRequest};
use serde_json::{Value, json};
use sqlx::PgPool;
use values::{valid_value, wrong_shapes};

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invalid_fields_are_rejected(pool: PgPool) {
    assert_all_rejected(pool, Generator::invalid_fields).await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invalid_bodies_are_rejected(pool: PgPool) {
    assert_all_rejected(pool, Generator::invalid_bodies).await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invalid_queries_are_rejected(pool: PgPool) {
    assert_all_rejected(pool, Generator::invalid_queries).await;
}

/// Sends the generated requests to each operation, and reports all that were not rejected as expected.
async fn assert_all_rejected(pool: PgPool, generate: impl Fn(&mut Generator)) {
    let server = TestServer::with_mock_providers(pool).await;
    let ada = fixtures::user(&server, "ada").await;
    let before = server.snapshot_database().await;
    let (mut sent, mut failures) = (0, Vec::new());
    for operation in Operation::all() {
        let mut generator = Generator::new(operation, &ada);
        generate(&mut generator);
        for mut invalid in generator.requests {
            let request = std::mem::take(&mut invalid.request);
            let uri: String = request.uri().to_string().chars().take(120).collect();
            let response = ada.client.send(request).await;
            sent += 1;
            if let Err(actual) = check(&invalid, &response) {
                failures.push(format!(
                    "{} {uri} with {} ({:?}): {actual}",
                    operation.method, invalid.defect, invalid.field
                ));
            }
        }
        if server.snapshot_database().await != before {
            failures.push(format!("{} wrote something", operation.path));
            break;
        }
    }
    assert!(sent > 20, "only {sent} requests");
    assert!(
        failures.is_empty(),
        "{} of {sent}:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// Checks that the response has the expected status and names the expected field; otherwise returns what it has instead.
fn check(invalid: &InvalidRequest, response: &TestResponse) -> Result<(), String> {
    let errors = response.json["errors"].as_array();
    let named: Vec<&str> = errors
        .into_iter()
        .flatten()
        .filter_map(|e| e["field"].as_str())
        .collect();
    let names_field = invalid.field.as_deref().is_none_or(|field| {
        named.iter().any(|name| {
            name.strip_prefix(field)
                .is_some_and(|rest| rest.is_empty() || !invalid.is_exact && rest.starts_with(['.', '[']))
        })
    });
    if response.status == invalid.status && names_field {
        Ok(())
    } else {
        Err(format!("{}, {named:?}", response.status))
    }
}

/// Control: the generated values are valid except for their one defect.
#[test]
fn wrong_shapes_have_exactly_one_defect() {
    let add = Operation::all()
        .find(|o| o.name() == "add_jobapp")
        .expect("add_jobapp");
    let salary = &add.body_schema().expect("a body")["properties"]["salary"];
    let keys = |value: &Value| value.as_object().map(|o| o.keys().cloned().collect::<Vec<_>>());
    assert_eq!(
        keys(&valid_value(salary)).expect("an object"),
        ["currency", "max", "min", "period"]
    );
    let shapes = wrong_shapes(salary);
    assert_eq!(shapes.len(), 3, "{shapes:?}");
    assert!(shapes[0].value.is_array(), "{shapes:?}");
    assert_eq!(shapes[2].path, ".period");
    assert_eq!(shapes[2].value["period"], json!({ "hour": null }));
}
