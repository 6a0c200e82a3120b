//! Holds every answer that the tests receive against the OpenAPI document: its status is described, its media type, and
//! its body is valid under the schema.

use crate::client::Answer;
use axum::http::Method;
use jsonschema::Validator;
use serde_json::{Value, json};
use server::rest::openapi;
use std::sync::LazyLock;

static DOCUMENT: LazyLock<Value> = LazyLock::new(openapi::document);

/// Fails the test when the answer is not one that the document describes.
pub fn check(method: &Method, path: &str, answer: &Answer) {
    let status = answer.status.as_u16();
    let what = format!("{method} {path} answered {status}: {}", answer.body);
    let Some(item) = DOCUMENT["paths"].get(path) else {
        assert_eq!(status, 404, "not in the document: {what}");
        return problem(answer, &what);
    };
    let asked = if *method == Method::HEAD {
        Method::GET
    } else {
        method.clone()
    };
    let Some(operation) = item.get(asked.as_str().to_ascii_lowercase()) else {
        if *method == Method::OPTIONS {
            assert_eq!((status, &answer.body), (204, &Value::Null), "{what}");
        } else {
            assert_eq!(status, 405, "{what}");
            if *method != Method::HEAD {
                problem(answer, &what);
            }
        }
        return;
    };
    let response = operation["responses"]
        .get(status.to_string())
        .unwrap_or_else(|| panic!("a status that is not described: {what}"));
    let response = resolved(response);
    if status >= 400 {
        for name in response["headers"].as_object().into_iter().flat_map(|h| h.keys()) {
            let sent = answer.headers.contains_key(name.as_str());
            assert!(sent, "no header {name}: {what}");
        }
    }
    if *method == Method::HEAD {
        assert_eq!(answer.body, Value::Null, "{what}");
        return;
    }
    let kind = answer
        .headers
        .get("content-type")
        .map(|v| v.to_str().expect("text"));
    let Some(content) = response.get("content") else {
        assert_eq!((kind, &answer.body), (None, &Value::Null), "{what}");
        return;
    };
    let media = content
        .get(kind.unwrap_or_default())
        .unwrap_or_else(|| panic!("a media type that is not described, {kind:?}: {what}"));
    valid(&media["schema"], &answer.body, &what);
}

fn problem(answer: &Answer, what: &str) {
    assert_eq!(
        answer.headers["content-type"], "application/problem+json",
        "{what}"
    );
    valid(
        &json!({ "$ref": "#/components/schemas/Problem" }),
        &answer.body,
        what,
    );
}

/// Fails the test when the value is not valid under a schema of the document.
pub fn valid(schema: &Value, value: &Value, what: &str) {
    let errors: Vec<String> = validator(schema)
        .iter_errors(value)
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{what}");
}

/// A schema of the document, with its references.
pub fn validator(schema: &Value) -> Validator {
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

/// What a reference points to.
pub fn resolved(value: &'static Value) -> &'static Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(reference) => DOCUMENT
            .pointer(reference.trim_start_matches('#'))
            .unwrap_or_else(|| panic!("{reference} leads nowhere")),
        None => value,
    }
}

/// The document.
pub fn document() -> &'static Value {
    &DOCUMENT
}
