//! Completes the document. What all operations have in common is added here, so that no adapter can forget it: who may
//! call, how everything can fail, that objects have no other members than those described.

use super::ACCESS_TOKEN;
use domain::ErrorCode;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::openapi::OpenApi;

/// Codes by status.
type Problems = BTreeMap<u16, BTreeSet<&'static str>>;

/// The document as it is served.
pub fn finish(api: &OpenApi) -> Value {
    let mut document = serde_json::to_value(api).unwrap_or_default();
    tidy(&mut document);
    share(&mut document);
    let mut responses = Map::new();
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for path in paths.into_iter().flat_map(Map::values_mut) {
        for operation in path.as_object_mut().into_iter().flat_map(Map::values_mut) {
            complete(operation, &mut responses);
        }
    }
    document["components"]["responses"] = Value::Object(responses);
    document
}

/// Closes every described object that does not close itself. Inputs do (they refuse unknown fields); the others are
/// answers, which also leave out none of their members: what there is not is `null`. Links to code become plain names.
fn tidy(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(tidy),
        Value::Object(object) => {
            if let Some(Value::String(text)) = object.get_mut("description") {
                *text = text.replace("[`", "`").replace("`]", "`");
            }
            let members = object.get("properties").and_then(Value::as_object);
            let names: Option<Vec<String>> = members.map(|m| m.keys().cloned().collect());
            if let (Some(names), false) = (names, object.contains_key("additionalProperties")) {
                object.insert("required".into(), json!(names));
                object.insert("additionalProperties".into(), json!(false));
            }
            object.values_mut().for_each(tidy);
        }
        _ => {}
    }
}

/// What an answer wraps is written out in it; where it has a name, a reference takes its place.
fn share(document: &mut Value) {
    let named = document["components"]["schemas"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    let schemas = document["components"]["schemas"].as_object_mut();
    for member in schemas.into_iter().flat_map(Map::values_mut) {
        replace(member, &named);
    }
}

fn replace(schema: &mut Value, named: &Map<String, Value>) {
    let members: Box<dyn Iterator<Item = &mut Value>> = match schema {
        Value::Array(items) => Box::new(items.iter_mut()),
        Value::Object(object) => Box::new(object.values_mut()),
        _ => return,
    };
    for member in members {
        let name = member
            .get("properties")
            .and_then(|_| named.iter().find(|(_, schema)| *schema == member));
        match name {
            Some((name, _)) => *member = json!({ "$ref": format!("#/components/schemas/{name}") }),
            None => replace(member, named),
        }
    }
}

/// Says who may call, and turns the codes that the adapter notes, with those that are common to all, into responses.
fn complete(operation: &mut Value, shared: &mut Map<String, Value>) {
    let secured = operation.get("security").is_none();
    if secured {
        operation["security"] = json!([{ ACCESS_TOKEN: [] }]);
    } else {
        operation["security"] = json!([]);
    }
    // A body that may be left out is still no `null`.
    let body = operation.pointer_mut("/requestBody/content/application~1json/schema");
    if let Some(body) = body
        && let Some(inner) = body.pointer("/oneOf/0").cloned()
    {
        *body = inner;
    }
    let mut problems = Problems::new();
    for code in common(secured, operation.get("requestBody").is_some()) {
        note(&mut problems, code);
    }
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    responses.retain(|key, _| match ErrorCode::parse(key) {
        Some(code) => {
            note(&mut problems, code);
            false
        }
        None => true,
    });
    for (status, codes) in problems {
        let name = component_name(&codes);
        responses.insert(
            status.to_string(),
            json!({ "$ref": format!("#/components/responses/{name}") }),
        );
        shared.entry(name).or_insert_with(|| response(status, &codes));
    }
}

fn note(problems: &mut Problems, code: ErrorCode) {
    problems.entry(code.status()).or_default().insert(code.as_str());
}

/// How every operation can fail, whoever may call it and whatever it takes.
fn common(secured: bool, takes_body: bool) -> impl Iterator<Item = ErrorCode> {
    use ErrorCode as C;
    let all = [
        C::Malformed,
        C::Invalid,
        C::RateLimited,
        C::Internal,
        C::Unavailable,
    ];
    let caller = [C::Unauthorized, C::Forbidden];
    let body = [C::PayloadTooLarge, C::UnsupportedMediaType, C::RequestTimeout];
    all.into_iter()
        .chain(caller.into_iter().filter(move |_| secured))
        .chain(body.into_iter().filter(move |_| takes_body))
}

/// `email_taken` → `EmailTaken`; several are joined by `Or`.
fn component_name(codes: &BTreeSet<&str>) -> String {
    let camel = |code: &str| {
        code.split('_')
            .map(|word| word[..1].to_uppercase() + &word[1..])
            .collect::<String>()
    };
    codes
        .iter()
        .map(|code| camel(code))
        .collect::<Vec<_>>()
        .join("Or")
}

fn response(status: u16, codes: &BTreeSet<&str>) -> Value {
    let codes: Vec<ErrorCode> = codes.iter().filter_map(|code| ErrorCode::parse(code)).collect();
    let titles: Vec<&str> = codes.iter().map(|code| code.title()).collect();
    let examples: Map<String, Value> = codes
        .iter()
        .map(|code| (code.as_str().to_owned(), json!({ "value": example(*code) })))
        .collect();
    let mut response = json!({
        "description": format!("{}.", titles.join(". ")),
        "content": { "application/problem+json": {
            "schema": { "allOf": [
                { "$ref": "#/components/schemas/Problem" },
                { "type": "object", "required": ["code", "status"], "properties": {
                    "code": { "enum": codes.iter().map(|c| c.as_str()).collect::<Vec<_>>() },
                    "status": { "const": status },
                }},
            ]},
            "examples": examples,
        }},
    });
    let header =
        |kind: &str, description: &str| json!({ "description": description, "schema": { "type": kind } });
    match status {
        401 => {
            response["headers"] =
                json!({ "WWW-Authenticate": header("string", "The scheme to come back with: `Bearer`.") });
        }
        429 | 503 => {
            response["headers"] =
                json!({ "Retry-After": header("integer", "Seconds to wait before the next try.") });
        }
        _ => {}
    }
    response
}

fn example(code: ErrorCode) -> Value {
    let mut example = json!({
        "type": format!("/api/docs/problems#{}", code.as_str()),
        "title": code.title(),
        "status": code.status(),
        "detail": code.title(),
        "code": code.as_str(),
        "request_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f",
    });
    if code == ErrorCode::Invalid {
        example["detail"] = json!("Correct the fields named in errors and send it again.");
        example["errors"] = json!([{ "field": "company", "code": "required", "detail": "Send this field." }]);
    }
    example
}
