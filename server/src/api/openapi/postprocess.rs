//! Completes the OpenAPI document. What all operations share is added here, so that no operation can omit it: the security schemes, the
//! common errors, and that objects have no undocumented members.

use super::{ACCESS_TOKEN, API_KEY};
use crate::key_access::{KeyAccess, key_access};
use domain::ErrorCode;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::openapi::OpenApi;

/// Error codes by status.
type ErrorsByStatus = BTreeMap<u16, BTreeSet<&'static str>>;

/// The complete document.
pub(super) fn postprocess(api: &OpenApi) -> Value {
    let mut document = serde_json::to_value(api).unwrap_or_default();
    normalize(&mut document);
    make_parts_optional(&mut document);
    dedupe_components(&mut document);
    let mut responses = Map::new();
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flat_map(Map::iter_mut) {
        let name = path.rsplit('/').next().unwrap_or_default();
        let access = key_access(name);
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            normalize_security_and_body(operation, access);
            if method == "get" {
                add_conditional_request(operation);
            }
            add_error_responses(operation, access, &mut responses);
        }
    }
    document["components"]["responses"] = Value::Object(responses);
    open_responses(&mut document);
    document
}

/// Removes `additionalProperties: false` from schemas that only responses use, because responses may get new members
/// (`docs/API-STABILITY.md`). Request bodies reject unknown members.
fn open_responses(document: &mut Value) {
    let mut closed = BTreeSet::new();
    let paths = document["paths"].as_object().into_iter().flat_map(Map::values);
    for operation in paths.flat_map(|item| item.as_object().into_iter().flat_map(Map::values)) {
        collect_schemas(document, &operation["requestBody"], &mut closed);
    }
    let schemas = document["components"]["schemas"].as_object_mut();
    let response_schemas = schemas
        .into_iter()
        .flat_map(Map::iter_mut)
        .filter(|(name, _)| !closed.contains(*name));
    response_schemas.for_each(|(_, schema)| open(schema));
    open(&mut document["components"]["responses"]);
    let paths = document["paths"].as_object_mut();
    for item in paths.into_iter().flat_map(Map::values_mut) {
        for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
            open(&mut operation["responses"]);
        }
    }
}

/// Adds the names of the components that a schema refers to, directly or indirectly.
fn collect_schemas(document: &Value, schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            let reference = members.get("$ref").and_then(Value::as_str);
            let name = reference.and_then(|reference| reference.strip_prefix("#/components/schemas/"));
            if let Some(name) = name
                && names.insert(name.to_owned())
            {
                collect_schemas(document, &document["components"]["schemas"][name], names);
            }
            for member in members.values() {
                collect_schemas(document, member, names);
            }
        }
        Value::Array(items) => {
            for item in items {
                collect_schemas(document, item, names);
            }
        }
        _ => {}
    }
}

fn open(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.retain(|name, value| name != "additionalProperties" || value.as_bool() != Some(false));
            members.values_mut().for_each(open);
        }
        Value::Array(items) => items.iter_mut().for_each(open),
        _ => {}
    }
}

/// Sets `additionalProperties: false` and `required` on objects of responses, which never omit a member: a member without a value is
/// `null`. Inputs set `additionalProperties` themselves because they reject unknown fields. Removes the brackets of rustdoc links.
fn normalize(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(normalize),
        Value::Object(object) => {
            if let Some(Value::String(text)) = object.get_mut("description") {
                *text = text.replace("[`", "`").replace("`]", "`");
            }
            let properties = object.get("properties").and_then(Value::as_object);
            let names: Option<Vec<String>> = properties.map(|p| p.keys().cloned().collect());
            if let (Some(names), false) = (names, object.contains_key("additionalProperties")) {
                object.insert("required".into(), json!(names));
                object.insert("additionalProperties".into(), json!(false));
            }
            object.values_mut().for_each(normalize);
        }
        _ => {}
    }
}

/// Form parts without a value are omitted, so nullable members of a form are not required.
fn make_parts_optional(document: &mut Value) {
    let operations = document["paths"]
        .as_object()
        .into_iter()
        .flat_map(Map::values)
        .flat_map(|item| item.as_object().into_iter().flat_map(Map::values));
    let forms: Vec<String> = operations
        .filter_map(|operation| operation.pointer("/requestBody/content/multipart~1form-data/schema/$ref"))
        .filter_map(|reference| Some(reference.as_str()?.trim_start_matches('#').to_owned()))
        .collect();
    for form in forms {
        let Some(form) = document.pointer_mut(&form) else {
            continue;
        };
        let required: Vec<String> = form["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(_, part)| !is_nullable(part))
            .map(|(name, _)| name.clone())
            .collect();
        form["required"] = json!(required);
    }
}

fn is_nullable(schema: &Value) -> bool {
    let mut types = schema["type"].as_array().into_iter().flatten();
    let mut alternatives = schema["oneOf"].as_array().into_iter().flatten();
    types.any(|name| name == "null") || alternatives.any(|schema| schema["type"] == "null")
}

/// utoipa inlines the type argument of `Envelope`. Replaces inlined schemas by references to equal components.
fn dedupe_components(document: &mut Value) {
    let components = document["components"]["schemas"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    let schemas = document["components"]["schemas"].as_object_mut();
    for schema in schemas.into_iter().flat_map(Map::values_mut) {
        replace_inlined(schema, &components);
    }
}

fn replace_inlined(schema: &mut Value, components: &Map<String, Value>) {
    let children: Box<dyn Iterator<Item = &mut Value>> = match schema {
        Value::Array(items) => Box::new(items.iter_mut()),
        Value::Object(object) => Box::new(object.values_mut()),
        _ => return,
    };
    for child in children {
        let component = child
            .get("properties")
            .and_then(|_| components.iter().find(|(_, schema)| *schema == child));
        match component {
            Some((name, _)) => *child = json!({ "$ref": format!("#/components/schemas/{name}") }),
            None => replace_inlined(child, components),
        }
    }
}

/// Requires an access token or an API key with the scope of the operation, unless the operation has `security(())`. An optional body may be
/// omitted, but not `null`.
fn normalize_security_and_body(operation: &mut Value, access: Option<KeyAccess>) {
    operation["security"] = match access {
        _ if operation.get("security").is_some() => json!([]),
        Some(KeyAccess::Scope(scope)) => json!([{ ACCESS_TOKEN: [] }, { API_KEY: [scope] }]),
        Some(KeyAccess::Never) | None => json!([{ ACCESS_TOKEN: [] }]),
    };
    let body = operation.pointer_mut("/requestBody/content/application~1json/schema");
    if let Some(body) = body
        && let Some(inner) = body.pointer("/oneOf/0").cloned()
    {
        *body = inner;
    }
}

/// Documents `ETag`, `If-None-Match` and 304 for an operation with a JSON response.
fn add_conditional_request(operation: &mut Value) {
    let Some(response) = operation.pointer_mut("/responses/200") else {
        return;
    };
    if response.pointer("/content/application~1json").is_none() {
        return;
    }
    response["headers"]["ETag"] =
        json!({ "description": "Changes with the response.", "schema": { "type": "string" } });
    operation["responses"]["304"] =
        json!({ "description": "The response has the `ETag` of `If-None-Match`." });
    let parameter = json!({
        "name": "If-None-Match", "in": "header", "required": false, "schema": { "type": "string" },
        "description": "The `ETag` of an earlier response, to get 304 without a body if nothing has changed.",
    });
    match operation["parameters"].as_array_mut() {
        Some(parameters) => parameters.push(parameter),
        None => operation["parameters"] = json!([parameter]),
    }
}

/// Replaces the placeholders of [`crate::api::errors`] by responses, and adds the errors that all operations share.
fn add_error_responses(operation: &mut Value, access: Option<KeyAccess>, shared: &mut Map<String, Value>) {
    let is_authenticated = operation["security"] != json!([]);
    let has_body = operation.get("requestBody").is_some();
    let mut errors = ErrorsByStatus::new();
    let mut add = |code: ErrorCode| {
        errors.entry(code.status()).or_default().insert(code.as_str());
    };
    common_errors(is_authenticated, has_body).for_each(&mut add);
    if is_authenticated {
        add(match access {
            Some(KeyAccess::Scope(_)) => ErrorCode::ScopeMissing,
            Some(KeyAccess::Never) | None => ErrorCode::NotForKeys,
        });
    }
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    responses.retain(|key, _| match ErrorCode::parse(key) {
        Some(code) => {
            add(code);
            false
        }
        None => true,
    });
    for (status, codes) in errors {
        let name = component_name(&codes);
        responses.insert(
            status.to_string(),
            json!({ "$ref": format!("#/components/responses/{name}") }),
        );
        shared
            .entry(name)
            .or_insert_with(|| error_response(status, &codes));
    }
}

fn common_errors(is_authenticated: bool, has_body: bool) -> impl Iterator<Item = ErrorCode> {
    use ErrorCode as C;
    let all = [
        C::Malformed,
        C::Invalid,
        C::RateLimited,
        C::Internal,
        C::Unavailable,
    ];
    let authenticated = [C::Unauthorized, C::Forbidden, C::SingleSignOnRequired];
    let body = [C::PayloadTooLarge, C::UnsupportedMediaType, C::RequestTimeout];
    all.into_iter()
        .chain(authenticated.into_iter().filter(move |_| is_authenticated))
        .chain(body.into_iter().filter(move |_| has_body))
}

/// Name of a response component: `email_taken` becomes `EmailTaken`, several codes are joined by `Or`.
fn component_name(codes: &BTreeSet<&str>) -> String {
    let camel_case = |code: &str| {
        code.split('_')
            .map(|word| word[..1].to_uppercase() + &word[1..])
            .collect::<String>()
    };
    codes
        .iter()
        .map(|code| camel_case(code))
        .collect::<Vec<_>>()
        .join("Or")
}

fn error_response(status: u16, codes: &BTreeSet<&str>) -> Value {
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
                json!({ "WWW-Authenticate": header("string", "The authentication scheme: `Bearer`.") });
        }
        429 | 503 => {
            response["headers"] =
                json!({ "Retry-After": header("integer", "Seconds to wait before retrying.") });
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
        example["detail"] = json!("Correct the fields listed in errors and send the request again.");
        example["errors"] = json!([{ "field": "company", "code": "required", "detail": "Send this field." }]);
    }
    example
}
