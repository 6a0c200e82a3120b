//! The OpenAPI document is whole, current and about the router as it is.

use crate::{
    client::Api,
    contract::{document, resolved, valid, validator},
    operations::Operation,
};
use axum::{body::Body, http::Request};
use serde_json::{Map, Value, json};
use sqlx::PgPool;

/// Every operation: method, path, description.
fn operations() -> impl Iterator<Item = (&'static str, &'static str, &'static Value)> {
    Operation::all().map(|o| (o.method, o.path, o.spec))
}

#[test]
fn the_committed_document_is_current() {
    let committed = include_str!("../../../docs/openapi.json");
    let committed: Value = serde_json::from_str(committed).expect("JSON");
    assert!(
        committed == *document(),
        "docs/openapi.json is not what the code says: run `make openapi`"
    );
}

#[test]
fn every_operation_is_described_whole() {
    let mut ids = Vec::new();
    for (method, path, operation) in operations() {
        let what = format!("{method} {path}");
        for member in ["summary", "operationId"] {
            assert!(
                operation[member].as_str().is_some_and(|t| !t.is_empty()),
                "{member} of {what}"
            );
        }
        let area = path.split('/').nth(2).expect("an area");
        assert_eq!(operation["tags"], json!([area]), "{what}");
        let name = path.rsplit('/').next().expect("a name");
        assert_eq!(operation["operationId"], name, "{what}");
        ids.push(name);
        assert!(operation["security"].is_array(), "{what}");
        let responses = operation["responses"].as_object().expect("responses");
        let successes: Vec<_> = responses
            .keys()
            .filter(|status| status.starts_with('2'))
            .collect();
        assert!(!successes.is_empty(), "{what}");
        for status in ["400", "422", "429", "500", "503"] {
            assert!(responses.contains_key(status), "{status} of {what}");
        }
        for (status, response) in responses {
            let response = resolved(response);
            let described = response["description"].as_str().is_some_and(|t| !t.is_empty());
            assert!(described, "{status} of {what}");
            let content = response.get("content").and_then(Value::as_object);
            match status.as_str() {
                "204" => assert!(content.is_none(), "{what}"),
                status if status.starts_with('2') => {
                    assert!(
                        content.expect("content").contains_key("application/json"),
                        "{what}"
                    );
                }
                _ => assert!(
                    content.expect("content").contains_key("application/problem+json"),
                    "{what}"
                ),
            }
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let described = parameter["description"].as_str().is_some_and(|t| !t.is_empty());
            assert!(described, "{parameter} of {what}");
        }
        if let Some(body) = operation["requestBody"]["content"].get("application/json") {
            assert!(body["example"].is_object(), "{what} has no example");
            valid(&body["schema"], &body["example"], &what);
        }
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), operations().count(), "names are unique");
}

/// AZ-5: nothing comes or goes that is not described.
#[test]
fn every_object_is_closed_and_every_reference_leads_somewhere() {
    fn walk(value: &'static Value, at: &str) {
        if let Some(object) = value.as_object() {
            if object.contains_key("properties") && !at.contains("/allOf/") {
                assert_eq!(object.get("additionalProperties"), Some(&json!(false)), "{at}");
            }
            if object.contains_key("$ref") {
                resolved(value);
            }
        }
        let members: Vec<(String, &Value)> = match value {
            Value::Object(object) => object.iter().map(|(key, v)| (key.clone(), v)).collect(),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .map(|(n, v)| (n.to_string(), v))
                .collect(),
            _ => Vec::new(),
        };
        for (key, member) in members {
            walk(member, &format!("{at}/{key}"));
        }
    }
    walk(document(), "#");
}

/// Examples of failures are failures.
#[test]
fn every_example_of_a_failure_is_valid() {
    let responses = document()["components"]["responses"]
        .as_object()
        .expect("responses");
    for (name, response) in responses {
        let content = &response["content"]["application/problem+json"];
        for example in content["examples"].as_object().expect("examples").values() {
            valid(&content["schema"], &example["value"], name);
        }
    }
}

/// The negative control of the contract: what is not described is not valid.
#[test]
fn the_contract_has_teeth() {
    let status = json!({ "id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f", "value": "Applied", "kind": "applied", "position": 1 });
    let schema = validator(&json!({ "$ref": "#/components/schemas/Status" }));
    assert!(schema.is_valid(&status));
    for (member, wrong) in [
        ("id", json!("x")),
        ("kind", json!("lost")),
        ("position", json!("1")),
        ("more", json!(1)),
    ] {
        let mut status = status.clone();
        status[member] = wrong;
        assert!(!schema.is_valid(&status), "{status}");
    }
    let mut missing: Map<String, Value> = status.as_object().expect("object").clone();
    missing.remove("value");
    assert!(!schema.is_valid(&Value::Object(missing)));
}

/// AZ-8, HT-1: the router knows the described operations and no other.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn the_router_has_the_described_operations_and_no_other(pool: PgPool) {
    let api = Api::new(pool);
    for (method, path, _) in operations() {
        let options = Request::options(path).body(Body::empty()).expect("request");
        let answer = api.send(options).await;
        let allowed = answer.headers["allow"].to_str().expect("text").to_owned();
        let expected = if method == "get" {
            "GET,HEAD".to_owned()
        } else {
            method.to_uppercase()
        };
        assert_eq!(allowed, expected, "{path}");
    }
    let mut described: Vec<String> = operations().map(|(_, path, _)| path.to_owned()).collect();
    let internal = [
        "/api/openapi.json",
        "/api/docs",
        "/api/docs/problems",
        "/api/docs/{file}",
    ];
    described.extend(internal.map(str::to_owned));
    described.sort_unstable();
    assert_eq!(api.routes(), described);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn the_document_is_served(pool: PgPool) {
    let api = Api::new(pool);
    let answer = api.get("", "/openapi.json").await;
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.with(200), *document());
}
