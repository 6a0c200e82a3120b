//! The form that sends a request with the reader's own key. It is hidden until the script shows it.

use super::{
    fields::body,
    operation::pretty,
    reference::{Operation, Reference},
};
use crate::api::openapi::examples::{Examples, body_example};
use maud::{Markup, html};
use serde_json::Value;

/// An input of the form.
struct Field<'a> {
    name: &'a str,
    place: &'a str,
    is_required: bool,
    value: String,
    is_file: bool,
}

pub(super) fn try_it<'a>(
    reference: &Reference<'a>,
    examples: &Examples<'_>,
    operation: &Operation<'a>,
) -> Markup {
    let spec = operation.spec;
    let method = operation.method.to_uppercase();
    let is_public = spec["security"].as_array().is_none_or(Vec::is_empty);
    html! {
        details.try hidden {
            summary { "Try it" }
            form data-method=(method) data-path=(operation.path) {
                @if !is_public {
                    label { "API key or access token" input.key type="password" autocomplete="off" spellcheck="false" placeholder="jhx_…"; }
                }
                @for field in fields(reference, examples, spec) { (input(&field)) }
                @if let Some(example) = body_example(spec) {
                    label {
                        "Body"
                        textarea data-body rows=(pretty(example).lines().count().min(14)) spellcheck="false" { (pretty(example)) }
                    }
                }
                button type="submit" { "Send " (method) }
                div.result hidden role="status" {}
            }
        }
    }
}

fn input(field: &Field<'_>) -> Markup {
    html! {
        label {
            code { (field.name) } @if field.is_required { " " span.required { "required" } }
            @if field.is_file {
                input type="file" name=(field.name) data-place=(field.place) required[field.is_required];
            } @else {
                input type="text" name=(field.name) data-place=(field.place) value=(field.value) required[field.is_required] autocomplete="off" spellcheck="false";
            }
        }
    }
}

/// Inputs for the parameters and the form parts. Optional ones are empty, except `limit`.
fn fields<'a>(reference: &Reference<'a>, examples: &Examples<'_>, spec: &'a Value) -> Vec<Field<'a>> {
    let parameters = spec["parameters"].as_array().into_iter().flatten();
    let parameters = parameters
        .filter(|parameter| parameter["name"] != "If-None-Match")
        .map(|parameter| {
            let name = parameter["name"].as_str().unwrap_or_default();
            let is_required = parameter["required"] == true;
            let is_filled = is_required || name == "limit";
            Field {
                name,
                place: parameter["in"].as_str().unwrap_or_default(),
                is_required,
                value: if is_filled {
                    text(&examples.parameter(parameter))
                } else {
                    String::new()
                },
                is_file: false,
            }
        });
    let form = body(spec).filter(|(media_type, _)| *media_type == "multipart/form-data");
    let form = form.map(|(_, schema)| reference.resolve(schema));
    let parts = form.into_iter().flat_map(|form| {
        let required = form["required"].as_array();
        let parts = form["properties"].as_object().into_iter().flatten();
        parts.map(move |(name, schema)| {
            let is_required = required.is_some_and(|names| names.iter().any(|required| required == name));
            let is_file = name == "file";
            Field {
                name,
                place: "form",
                is_required,
                value: if is_required && !is_file {
                    text(&examples.value(schema, name, None))
                } else {
                    String::new()
                },
                is_file,
            }
        })
    });
    parameters.chain(parts).collect()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
