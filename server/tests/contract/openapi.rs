//! The OpenAPI document is complete and current, and describes the operations of the router.

use crate::support::{
    TestServer,
    openapi::{assert_valid, document, resolve, validator},
    operations::Operation,
};
use axum::{body::Body, http::Request};
use serde_json::{Map, Value, json};
use sqlx::PgPool;
use std::collections::BTreeSet;

/// Routes below `/api` that are not operations.
const UNDOCUMENTED: [&str; 4] = [
    "/api/openapi.json",
    "/api/docs",
    "/api/docs/problems",
    "/api/docs/{file}",
];

/// Method, path and description of every operation.
fn operations() -> impl Iterator<Item = (&'static str, &'static str, &'static Value)> {
    Operation::all().map(|o| (o.method, o.path, o.spec))
}

#[test]
fn committed_document_is_current() {
    let committed = include_str!("../../../docs/openapi.json");
    let committed: Value = serde_json::from_str(committed).expect("JSON");
    assert!(
        committed == server::api::openapi::document(),
        "docs/openapi.json is outdated: run `make openapi`"
    );
}

#[test]
fn every_operation_is_described_completely() {
    let mut ids = Vec::new();
    for (method, path, operation) in operations() {
        let endpoint = format!("{method} {path}");
        for member in ["summary", "operationId"] {
            assert!(
                operation[member].as_str().is_some_and(|t| !t.is_empty()),
                "{member} of {endpoint}"
            );
        }
        let resource = path.split('/').nth(2).expect("a resource");
        assert_eq!(operation["tags"], json!([resource]), "{endpoint}");
        let name = path.rsplit('/').next().expect("a name");
        assert_eq!(operation["operationId"], name, "{endpoint}");
        ids.push(name);
        assert!(operation["security"].is_array(), "{endpoint}");
        let responses = operation["responses"].as_object().expect("responses");
        let successes: Vec<_> = responses
            .keys()
            .filter(|status| status.starts_with('2'))
            .collect();
        assert!(!successes.is_empty(), "{endpoint}");
        for status in ["400", "422", "429", "500", "503"] {
            assert!(responses.contains_key(status), "{status} of {endpoint}");
        }
        for (status, response) in responses {
            let response = resolve(response);
            let is_described = response["description"].as_str().is_some_and(|t| !t.is_empty());
            assert!(is_described, "{status} of {endpoint}");
            let content = response.get("content").and_then(Value::as_object);
            match status.as_str() {
                "204" | "304" => assert!(content.is_none(), "{endpoint}"),
                status if status.starts_with('2') => {
                    let media_type = match name {
                        "export_csv" | "export_events" => "text/csv",
                        "export_archive" => "application/zip",
                        "get_file" => "application/octet-stream",
                        _ => "application/json",
                    };
                    assert!(content.expect("content").contains_key(media_type), "{endpoint}");
                }
                _ => assert!(
                    content.expect("content").contains_key("application/problem+json"),
                    "{endpoint}"
                ),
            }
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let is_described = parameter["description"].as_str().is_some_and(|t| !t.is_empty());
            assert!(is_described, "{parameter} of {endpoint}");
        }
        let samples = operation["x-codeSamples"].as_array().expect("samples");
        let languages: Vec<&Value> = samples.iter().map(|sample| &sample["lang"]).collect();
        assert_eq!(languages, ["Shell", "TypeScript", "Rust"], "{endpoint}");
        if let Some(body) = operation["requestBody"]["content"].get("application/json") {
            assert!(body["example"].is_object(), "{endpoint} has no example");
            assert_valid(&body["schema"], &body["example"], &endpoint);
        }
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), operations().count(), "names are unique");
}

#[test]
fn guide_names_the_operations_that_take_idempotency_keys() {
    let guide = document()["info"]["description"].as_str().expect("a guide");
    let sentence = guide
        .split("These operations take keys: ")
        .nth(1)
        .expect("a sentence");
    let sentence = sentence.split('.').next().expect("an end");
    let named: Vec<&str> = sentence.split('`').skip(1).step_by(2).collect();
    let mut expected: Vec<&str> = Operation::all()
        .filter(|operation| {
            let mut parameters = operation.spec["parameters"].as_array().into_iter().flatten();
            parameters.any(|parameter| parameter["name"] == "Idempotency-Key")
        })
        .map(|operation| operation.name())
        .collect();
    expected.sort_unstable();
    assert_eq!(named, expected);
}

/// Requests must not contain undocumented members; responses may get new ones.
#[test]
fn objects_of_requests_are_closed_and_those_of_responses_open() {
    let served = server::api::openapi::document();
    let is_closed =
        |name: &str| served["components"]["schemas"][name].get("additionalProperties") == Some(&json!(false));
    let mut bodies = 0;
    for (_, path, operation) in operations() {
        let content = operation["requestBody"]["content"].as_object();
        for body in content.into_iter().flat_map(Map::values) {
            let reference = body["schema"]["$ref"].as_str().unwrap_or_default();
            let name = reference.rsplit('/').next().unwrap_or_default();
            assert!(is_closed(name), "{name} of {path}");
            bodies += 1;
        }
    }
    assert!(bodies > 50, "{bodies}");
    for name in ["JobApplication", "Change", "Problem", "WebhookDelivery", "Stage"] {
        assert!(!is_closed(name), "{name}");
    }
}

/// Undocumented members make other tests fail only if the objects are closed.
#[test]
fn every_object_is_closed_and_every_reference_resolves() {
    fn check(value: &'static Value, pointer: &str) {
        if let Some(object) = value.as_object() {
            if object.contains_key("properties") && !pointer.contains("/allOf/") {
                assert_eq!(
                    object.get("additionalProperties"),
                    Some(&json!(false)),
                    "{pointer}"
                );
            }
            if object.contains_key("$ref") {
                resolve(value);
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
            check(member, &format!("{pointer}/{key}"));
        }
    }
    check(document(), "#");
}

#[test]
fn every_example_of_an_error_is_valid() {
    let responses = document()["components"]["responses"]
        .as_object()
        .expect("responses");
    for (name, response) in responses {
        let content = &response["content"]["application/problem+json"];
        for example in content["examples"].as_object().expect("examples").values() {
            assert_valid(&content["schema"], &example["value"], name);
        }
    }
}

/// Control: the validation that other tests rely on detects invalid values.
#[test]
fn validation_rejects_undocumented_values() {
    let status = json!({ "id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f", "value": "Applied", "kind": "applied", "position": 1, "color": null });
    let schema = validator(&json!({ "$ref": "#/components/schemas/Stage" }));
    assert!(schema.is_valid(&status));
    for (member, wrong) in [
        ("id", json!("x")),
        ("kind", json!("lost")),
        ("position", json!("1")),
        ("unknown", json!(1)),
    ] {
        let mut status = status.clone();
        status[member] = wrong;
        assert!(!schema.is_valid(&status), "{status}");
    }
    let mut missing: Map<String, Value> = status.as_object().expect("object").clone();
    missing.remove("value");
    assert!(!schema.is_valid(&Value::Object(missing)));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn router_and_document_have_the_same_operations(pool: PgPool) {
    let anonymous = TestServer::new(pool).anonymous();
    for (method, path, _) in operations() {
        let options = Request::options(path).body(Body::empty()).expect("request");
        let response = anonymous.send(options).await;
        let expected = if method == "get" {
            "GET,HEAD".to_owned()
        } else {
            method.to_uppercase()
        };
        assert_eq!(response.header("allow"), expected, "{path}");
    }
    let documented: BTreeSet<String> = operations()
        .map(|(_, path, _)| path.to_owned())
        .chain(UNDOCUMENTED.map(str::to_owned))
        .collect();
    let routes = server::app::routes().into_iter().map(|(_, path)| path);
    let routes: BTreeSet<String> = routes.filter(|path| path.starts_with("/api/")).collect();
    assert_eq!(routes, documented);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn document_is_served_with_the_address_of_the_server(pool: PgPool) {
    let server = TestServer::new(pool);
    let request = Request::get("/api/openapi.json").header("host", "evil.example");
    let forged = server.send(request.body(Body::empty()).expect("request")).await;
    assert!(!forged.text.contains("evil.example"));
    let response = server.anonymous().get("/openapi.json").await;
    assert_eq!(response.header("content-type"), "application/json");
    let served = response.expect_status(200);
    let address = &*server.services.public_url;
    assert_eq!(served["servers"][0]["url"], address);
    let expected = server::api::openapi::document()
        .to_string()
        .replace("http://127.0.0.1:3000", address);
    assert_eq!(served, serde_json::from_str::<Value>(&expected).expect("JSON"));
}

/// Ensures that browsers get a new release: they revalidate pages each time, and the URLs of files change with their contents.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn documentation_is_revalidated_by_its_etag(pool: PgPool) {
    let server = TestServer::new(pool);
    let groups = document()["tags"].as_array().expect("tags");
    let groups = groups
        .iter()
        .map(|tag| format!("/{}", tag["name"].as_str().expect("a name")));
    for page in [String::new(), "/problems".to_owned()].into_iter().chain(groups) {
        let path = format!("/api/docs{page}");
        let get = |tag: &str| {
            Request::get(&path)
                .header("if-none-match", tag)
                .body(Body::empty())
                .expect("request")
        };
        let first = server.send(get("")).await;
        assert_eq!(first.status, 200, "{path}");
        assert_eq!(first.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(first.header("cache-control"), "no-cache");
        let again = server.send(get(first.header("etag"))).await;
        assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""), "{path}");
        assert_eq!(
            again.header("content-security-policy"),
            first.header("content-security-policy")
        );
        for file in ["docs.css", "docs.js"] {
            assert!(
                first.text.contains(&format!("\"/api/docs/{file}?v=")),
                "{file} of {path}"
            );
        }
    }
    let missing = server.get_page("", "/api/docs/nothing").await;
    assert_eq!(missing.status, 404);
}
