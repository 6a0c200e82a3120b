//! Checks responses against the OpenAPI document: their status and media type must be documented, and the body must match the schema.

use super::TestResponse;
use axum::http::Method;
use jsonschema::Validator;
use serde_json::{Value, json};
use server::api::openapi;
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document = openapi::document();
    close(&mut document);
    document
});

/// The document allows additional members in responses, because responses may get new members. Here they are disallowed, so that
/// undocumented members are detected.
fn close(value: &mut Value) {
    match value {
        Value::Object(object) => {
            if object.contains_key("properties") {
                object.entry("additionalProperties").or_insert(Value::Bool(false));
            }
            let members = object.iter_mut().filter(|(name, _)| *name != "allOf");
            members.for_each(|(_, member)| close(member));
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// The document with closed objects.
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// Fails the test if the document does not describe this response.
pub fn check(method: &Method, path: &str, response: &TestResponse) {
    let status = response.status.as_u16();
    let request = format!("{method} {path} returned {status}: {}", response.text);
    let Some(item) = DOCUMENT["paths"].get(path) else {
        assert_eq!(status, 404, "not in the document: {request}");
        return check_problem(response, &request);
    };
    let described_method = if *method == Method::HEAD {
        Method::GET
    } else {
        method.clone()
    };
    let Some(operation) = item.get(described_method.as_str().to_ascii_lowercase()) else {
        if *method == Method::OPTIONS {
            assert_eq!((status, response.text.as_str()), (204, ""), "{request}");
        } else {
            assert_eq!(status, 405, "{request}");
            if *method != Method::HEAD {
                check_problem(response, &request);
            }
        }
        return;
    };
    let described = operation["responses"]
        .get(status.to_string())
        .unwrap_or_else(|| panic!("undocumented status: {request}"));
    let described = resolve(described);
    if status >= 400 {
        for name in described["headers"]
            .as_object()
            .into_iter()
            .flat_map(|h| h.keys())
        {
            let is_sent = response.headers.contains_key(name.as_str());
            assert!(is_sent, "no header {name}: {request}");
        }
    }
    if *method == Method::HEAD {
        assert_eq!(response.text, "", "{request}");
        return;
    }
    let media_type = response
        .headers
        .get("content-type")
        .map(|v| v.to_str().expect("text"));
    let Some(content) = described.get("content") else {
        assert_eq!((media_type, response.text.as_str()), (None, ""), "{request}");
        return;
    };
    let media = content
        .get(media_type.unwrap_or_default())
        .unwrap_or_else(|| panic!("undocumented media type {media_type:?}: {request}"));
    if matches!(
        media_type,
        Some("text/csv" | "application/octet-stream" | "application/zip")
    ) {
        assert_valid(&media["schema"], &json!(response.text), &request);
    } else {
        assert_valid(&media["schema"], &response.json, &request);
    }
}

fn check_problem(response: &TestResponse, request: &str) {
    assert_eq!(
        response.headers["content-type"], "application/problem+json",
        "{request}"
    );
    assert_valid(
        &json!({ "$ref": "#/components/schemas/Problem" }),
        &response.json,
        request,
    );
}

/// Fails the test if the value does not match a schema of the document.
pub fn assert_valid(schema: &Value, value: &Value, request: &str) {
    let errors: Vec<String> = validator(schema)
        .iter_errors(value)
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{request}");
}

/// Validators for schemas of the document, including the components that they refer to. They are cached, because building one takes a
/// hundred times as long as using it.
pub fn validator(schema: &Value) -> Arc<Validator> {
    static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let mut validators = VALIDATORS.lock().unwrap_or_else(PoisonError::into_inner);
    let validator = validators
        .entry(schema.to_string())
        .or_insert_with(|| Arc::new(build_validator(schema)));
    Arc::clone(validator)
}

fn build_validator(schema: &Value) -> Validator {
    let whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "components": DOCUMENT["components"],
        "allOf": [schema],
    });
    jsonschema::options()
        .should_validate_formats(true)
        .build(&whole)
        .expect("a schema")
}

/// The target of a reference, or the value itself if it is not a reference.
pub fn resolve(value: &'static Value) -> &'static Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(reference) => DOCUMENT
            .pointer(reference.trim_start_matches('#'))
            .unwrap_or_else(|| panic!("dangling reference {reference}")),
        None => value,
    }
}
