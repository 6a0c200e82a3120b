//! Describes parameters, and the members of request and response bodies, as text.

use super::{markdown::markdown, reference::Reference};
use crate::api::openapi::examples::type_of;
use maud::{Markup, html};
use serde_json::{Map, Value};

/// Maximum nesting of objects that are shown.
const MAX_DEPTH: usize = 5;

/// Whether the object is sent or received: members of a request can be optional, those of a response are always present.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Request,
    Response,
}

/// A parameter or a member of an object.
struct Field<'a> {
    name: &'a str,
    schema: &'a Value,
    description: Option<&'a str>,
    is_required: bool,
}

/// The query parameters or the headers of an operation.
pub(super) fn parameters(
    reference: &Reference<'_>,
    operation: &Value,
    location: &str,
    direction: Direction,
) -> Option<Markup> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let fields: Vec<Field<'_>> = parameters
        .filter(|parameter| parameter["in"] == location)
        .map(|parameter| Field {
            name: parameter["name"].as_str().unwrap_or_default(),
            schema: &parameter["schema"],
            description: parameter["description"].as_str(),
            is_required: parameter["required"] == true,
        })
        .collect();
    (!fields.is_empty()).then(|| list(reference, &fields, direction, 0))
}

/// The members of an object.
pub(super) fn members(reference: &Reference<'_>, schema: &Value, direction: Direction) -> Markup {
    members_at(reference, schema, direction, 0)
}

fn members_at(reference: &Reference<'_>, schema: &Value, direction: Direction, depth: usize) -> Markup {
    let schema = reference.resolve(schema);
    let required = schema["required"].as_array();
    let properties = schema["properties"].as_object().into_iter().flatten();
    let mut fields: Vec<Field<'_>> = properties
        .map(|(name, schema)| Field {
            name,
            schema,
            description: description(reference, schema),
            is_required: required.is_some_and(|names| names.iter().any(|required| required == name)),
        })
        .collect();
    // `data` before `pagination`, and required members first.
    fields.sort_by_key(|field| (!field.is_required, field.name != "data"));
    list(reference, &fields, direction, depth)
}

fn list(reference: &Reference<'_>, fields: &[Field<'_>], direction: Direction, depth: usize) -> Markup {
    html! {
        ul.fields { @for field in fields { li { (item(reference, field, direction, depth)) } } }
    }
}

fn item(reference: &Reference<'_>, field: &Field<'_>, direction: Direction, depth: usize) -> Markup {
    let mut limits = limits(reference, field.schema);
    // Omit limits that the description already mentions.
    limits.retain(|limit| {
        !field
            .description
            .is_some_and(|description| description.contains(limit))
    });
    let values = values(reference, field.schema);
    html! {
        p.field {
            code.name { (field.name) } " "
            span.type { (type_name(reference, field.schema)) }
            @if field.is_required && direction == Direction::Request { " " strong.required { "required" } }
        }
        @if let Some(description) = field.description { div.about { (markdown(reference, description)) } }
        @if !limits.is_empty() { p.limits { (limits.join(" · ")) } }
        @if !values.is_empty() {
            p.limits { "One of " @for (at, value) in values.iter().enumerate() { @if at > 0 { ", " } code { (value) } } }
        }
        @if depth < MAX_DEPTH {
            @let nested = nested(reference, field);
            @for (title, schema) in &nested {
                details.nested open[depth == 0 && field.name == "data" && nested.len() == 1] {
                    summary { (title) }
                    (members_at(reference, schema, direction, depth + 1))
                }
            }
        }
    }
}

/// The nested objects of a field, each with a title.
fn nested<'a>(reference: &Reference<'a>, field: &Field<'a>) -> Vec<(String, &'a Value)> {
    let objects = objects(reference, field.schema);
    let is_alternative = objects.len() > 1;
    let title = |name: Option<&str>| match name {
        Some(name) if is_alternative => format!("If it is {}", with_article(&words(name))),
        _ => format!("Members of {}", field.name),
    };
    objects
        .into_iter()
        .map(|(name, schema)| (title(name), schema))
        .collect()
}

/// The objects that a value, or an item of a list, can be, with the names of their components.
fn objects<'a>(reference: &Reference<'a>, schema: &'a Value) -> Vec<(Option<&'a str>, &'a Value)> {
    let name = schema["$ref"]
        .as_str()
        .and_then(|reference| reference.rsplit('/').next());
    let schema = reference.resolve(schema);
    if let Some(alternatives) = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
        return alternatives
            .iter()
            .flat_map(|schema| objects(reference, schema))
            .collect();
    }
    if let Some(items) = schema.get("items") {
        return objects(reference, items);
    }
    let has_members = schema["properties"]
        .as_object()
        .is_some_and(|members| !members.is_empty());
    if has_members {
        return vec![(name, schema)];
    }
    schema
        .get("additionalProperties")
        .filter(|values| values.is_object())
        .map_or_else(Vec::new, |values| objects(reference, values))
}

/// The description of a member: its own, or that of its type.
fn description<'a>(reference: &Reference<'a>, schema: &'a Value) -> Option<&'a str> {
    let alternatives = || schema["oneOf"].as_array().into_iter().flatten();
    let own = schema["description"].as_str();
    let of_alternative = || alternatives().find_map(|schema| schema["description"].as_str());
    let of_type = || reference.resolve(schema)["description"].as_str();
    own.or_else(of_alternative).or_else(of_type)
}

/// The type of a schema, as text.
pub(super) fn type_name(reference: &Reference<'_>, schema: &Value) -> String {
    let schema = reference.resolve(schema);
    if let Some(value) = schema.get("const") {
        return value.to_string();
    }
    if let Some(alternatives) = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
        let mut names: Vec<String> = Vec::new();
        for name in alternatives.iter().map(|schema| type_name(reference, schema)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        return names.join(" or ");
    }
    let (kind, is_nullable) = type_of(schema);
    let name = match (kind, schema["format"].as_str()) {
        ("string", Some("uuid")) => "UUID".to_owned(),
        ("string", Some("date-time")) => "time, RFC 3339".to_owned(),
        ("string", Some("date")) => "date, YYYY-MM-DD".to_owned(),
        ("string", Some("email")) => "email address".to_owned(),
        ("string", Some("uri")) => "URL".to_owned(),
        ("string", Some("binary")) => "file".to_owned(),
        ("array", _) => format!("list of {}", plural(&type_name(reference, &schema["items"]))),
        ("object", _) if schema["additionalProperties"].is_object() => {
            format!(
                "object of {} by name",
                plural(&type_name(reference, &schema["additionalProperties"]))
            )
        }
        ("any", _) => "any value".to_owned(),
        (kind, _) => kind.to_owned(),
    };
    if is_nullable {
        format!("{name} or null")
    } else {
        name
    }
}

fn plural(name: &str) -> String {
    match name {
        "date, YYYY-MM-DD" => "dates".to_owned(),
        "time, RFC 3339" => "times".to_owned(),
        "email address" => "email addresses".to_owned(),
        "string" | "object" | "UUID" | "URL" | "integer" | "number" | "file" | "boolean" => {
            format!("{name}s")
        }
        name => name.to_owned(),
    }
}

/// Lengths, ranges and the default.
fn limits(reference: &Reference<'_>, schema: &Value) -> Vec<String> {
    let schema = reference.resolve(schema);
    let number = |name: &str| schema[name].as_i64();
    let range = |least: Option<i64>, most: Option<i64>, unit: &str| match (least, most) {
        (Some(least), Some(most)) => Some(format!("{least} to {most}{unit}")),
        (Some(least), None) => Some(format!("at least {least}{unit}")),
        (None, Some(most)) => Some(format!("at most {most}{unit}")),
        (None, None) => None,
    };
    let default = schema.get("default").filter(|value| !value.is_null());
    [
        range(number("minLength"), number("maxLength"), " characters"),
        range(number("minimum"), number("maximum"), ""),
        range(number("minItems"), number("maxItems"), " items"),
        schema["pattern"]
            .as_str()
            .map(|pattern| format!("matches {pattern}")),
        default.map(|value| format!("by default {value}")),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The allowed values of an enum, also of one that is nullable or in a list.
fn values(reference: &Reference<'_>, schema: &Value) -> Vec<String> {
    let schema = reference.resolve(schema);
    if let Some(values) = schema["enum"].as_array() {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        return values.iter().filter(|value| !value.is_null()).map(text).collect();
    }
    if let Some(alternatives) = schema["oneOf"].as_array() {
        return alternatives
            .iter()
            .flat_map(|schema| values(reference, schema))
            .collect();
    }
    schema
        .get("items")
        .map_or_else(Vec::new, |items| values(reference, items))
}

fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {noun}")
}

/// Converts the name of a type to words: `JobApplication` becomes `job application`.
fn words(name: &str) -> String {
    let mut words = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(c.to_ascii_lowercase());
    }
    words
}

/// The content type and the schema of the request body.
pub(super) fn body(operation: &Value) -> Option<(&str, &Value)> {
    let content = operation["requestBody"]["content"].as_object();
    let (media_type, body) = content.into_iter().flat_map(Map::iter).next()?;
    Some((media_type, &body["schema"]))
}
