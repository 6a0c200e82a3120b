//! Samples for `clients/rust`.

use super::{
    Body, Call, Credential, file_name,
    literal::{Syntax, literal},
    members,
};
use crate::api::openapi::examples::type_of;
use serde_json::Value;

pub(super) fn sample(call: &Call<'_>) -> String {
    let request = request(call);
    let mut names = vec!["Client"];
    if call.credential == Credential::None {
        names.push("Settings");
    }
    if request.contains("types::") {
        names.push("types");
    }
    let names = match names.as_slice() {
        [name] => (*name).to_owned(),
        names => format!("{{{}}}", names.join(", ")),
    };
    let mut lines = vec![format!("use jobhax_client::{names};")];
    if request.contains("json!(") {
        lines.push("use serde_json::json;".to_owned());
    }
    lines.push("use std::env;".to_owned());
    lines.push(String::new());
    lines.push(match call.credential.variable() {
        Some(variable) => {
            format!(
                "let jobhax = Client::with_api_key(&env::var(\"JOBHAX_URL\")?, &env::var(\"{variable}\")?)?;"
            )
        }
        None => {
            "let jobhax = Client::with_settings(&env::var(\"JOBHAX_URL\")?, Settings::default())?;".to_owned()
        }
    });
    lines.push(request);
    lines.join("\n")
}

fn request(call: &Call<'_>) -> String {
    match &call.body {
        Body::Form(parts) => form_request(call, parts),
        // The typed methods omit members that are `null`.
        Body::Json(body) if has_null(body) => json_request(call, body),
        Body::Json(body) => {
            if let Some(setters) = body_setters(call, body) {
                return chain(call, &[format!("body_map(|body| body{setters})")], "");
            }
            let (name, value) = (body_type(call), literal(body, Syntax::Json, 0));
            let body = format!("let body: types::{name} = serde_json::from_value(json!({value}))?;\n");
            chain(call, &["body(body)".to_owned()], &body)
        }
        Body::None => {
            let setters = call.query.iter().map(|(name, value)| format!("{name}({value})"));
            chain(call, &setters.collect::<Vec<_>>(), "")
        }
    }
}

/// The call as a method chain, such as `jobhax.get_jobapps().limit(20).send().await?`, on several lines if it is long; then prints the
/// result.
fn chain(call: &Call<'_>, setters: &[String], before: &str) -> String {
    let calls = [format!("{}()", call.name)]
        .into_iter()
        .chain(setters.iter().cloned())
        .chain(["send()".to_owned(), "await?".to_owned()]);
    let calls: Vec<String> = calls.collect();
    let is_empty = call.operation["responses"].get("204").is_some();
    let binding = if is_empty { "" } else { "let response = " };
    let inline = format!("{binding}jobhax.{};", calls.join("."));
    let request = if inline.len() <= 100 {
        inline
    } else {
        format!("{binding}jobhax\n    .{};", calls.join("\n    ."))
    };
    let output = match (is_empty, call.has_data()) {
        (true, _) => "",
        (false, true) => "\nprintln!(\"{:?}\", response.data);",
        (false, false) => "\nprintln!(\"{}\", response.status());",
    };
    format!("{before}{request}{output}")
}

/// The builder calls for a body with simple members; `None` if it has others.
fn body_setters(call: &Call<'_>, body: &Value) -> Option<String> {
    let schema = body_schema(call);
    let schema = call.examples.resolve(schema);
    let required = schema["required"].as_array();
    let setters = members(body).map(|(name, value)| {
        let is_required = required.is_some_and(|names| names.iter().any(|required| required == name));
        let value = argument(call, &schema["properties"][name], is_required, value)?;
        let name = if name == "type" { "type_" } else { name };
        Some(format!(".{name}({value})"))
    });
    let setters: Vec<String> = setters.collect::<Option<_>>()?;
    Some(setters.concat()).filter(|setters| setters.len() <= 100)
}

/// The value as an argument of the builder; `None` if it needs a fallible conversion.
fn argument(call: &Call<'_>, schema: &Value, is_required: bool, value: &Value) -> Option<String> {
    let (kind, is_nullable) = type_of(call.examples.resolve(schema));
    let is_optional = is_nullable || !is_required;
    let is_named = schema.get("$ref").is_some() || schema.get("enum").is_some();
    match kind {
        "string" if is_named => (!is_optional).then(|| value.to_string()),
        "string" if schema.get("format").is_some() => None,
        "string" if is_optional => Some(format!("{value}.to_owned()")),
        "integer" if schema["format"] == "int64" => Some(format!("{value}_i64")),
        "string" | "boolean" | "integer" => Some(value.to_string()),
        _ => None,
    }
}

/// Sends a body that contains `null`, which removes a value, as raw JSON.
fn json_request(call: &Call<'_>, body: &Value) -> String {
    let data = call.response_schema().map(|schema| &schema["properties"]["data"]);
    let name = data.and_then(|data| data["$ref"].as_str()).map(component);
    let result = name.map_or("serde_json::Value".to_owned(), |name| format!("types::{name}"));
    let value = literal(body, Syntax::Json, 0);
    format!(
        "let body = json!({value});\nlet data: {result} = jobhax.post_json(\"{}\", &body).await?;\nprintln!(\"{{data:?}}\");",
        call.path
    )
}

/// Calls the crate's dedicated method for the form.
fn form_request(call: &Call<'_>, parts: &[(&str, Value)]) -> String {
    let file = file_name(call.name);
    let upload = format!("\"{file}\", std::fs::read(\"{file}\")?");
    let arguments = if call.name == "add_file" {
        let part = |name: &str| {
            let part = parts.iter().find(|(part, _)| *part == name);
            part.map(|(_, value)| value.to_string()).unwrap_or_default()
        };
        format!(
            "{}.parse()?, {}.parse()?, {upload}",
            part("jobapp_id"),
            part("kind")
        )
    } else {
        format!("{upload}, true")
    };
    format!(
        "let data = jobhax\n    .{}({arguments})\n    .await?;\nprintln!(\"{{data:?}}\");",
        call.name
    )
}

fn body_schema<'a>(call: &'a Call<'_>) -> &'a Value {
    &call.operation["requestBody"]["content"]["application/json"]["schema"]
}

fn body_type<'a>(call: &'a Call<'_>) -> &'a str {
    component(body_schema(call)["$ref"].as_str().unwrap_or_default())
}

/// The name of the component that a reference points to.
fn component(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or_default()
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(has_null),
        Value::Object(members) => members.values().any(has_null),
        _ => false,
    }
}
