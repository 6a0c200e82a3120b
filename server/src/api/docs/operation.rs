//! The section of one operation: description, input, response, errors, code samples, and a form that sends a request.

use super::{
    fields::{Direction, body, members, parameters},
    layout::method,
    limits::rate_limits,
    markdown::{code_block, inline, markdown, problem_link},
    reference::{Operation, Reference},
    try_it::try_it,
};
use crate::api::openapi::examples::{Examples, body_example};
use domain::{ErrorCode, scopes::Scope};
use maud::{Markup, html};
use serde_json::Value;

pub(super) fn section<'a>(
    reference: &Reference<'a>,
    examples: &Examples<'_>,
    operation: &Operation<'a>,
) -> Markup {
    let Operation { name, spec, .. } = operation;
    html! {
        section.operation id=(name) aria-labelledby={ (name) "-title" } {
            div.words {
                h2 id={ (name) "-title" } { a.anchor href={ "#" (name) } { (operation.summary) } }
                p.endpoint { (method(operation.method)) " " code { (operation.path) } }
                (deprecation(spec))
                @if let Some(text) = spec["description"].as_str() { (markdown(reference, text)) }
                (facts(operation))
                @for (location, title) in [("path", "Path"), ("query", "Query parameters"), ("header", "Headers")] {
                    @if let Some(list) = parameters(reference, spec, location, Direction::Request) { h3 { (title) } (list) }
                }
                @if let Some((media_type, schema)) = body(spec) {
                    h3 { "Body" @if media_type != "application/json" { " · " code { (media_type) } } }
                    @if spec["requestBody"]["required"] != true { p.limits { "Optional" } }
                    (members(reference, schema, Direction::Request))
                }
                (response(reference, spec))
                (errors(reference, spec))
            }
            div.samples {
                (samples(operation))
                (response_sample(examples, spec))
                (try_it(reference, examples, operation))
            }
        }
    }
}

fn deprecation(spec: &Value) -> Markup {
    let Some(deprecation) = spec.get("x-deprecation") else {
        return html! {};
    };
    let text = |name: &str| deprecation[name].as_str().unwrap_or_default().to_owned();
    html! {
        p.notice {
            strong { "Deprecated" } " since " (text("since")) ". It may be removed from " (text("sunset")) ". "
            a href=(text("link")) { "What to use instead" }
        }
    }
}

/// Authentication, retries and rate limits.
fn facts(operation: &Operation<'_>) -> Markup {
    let spec = operation.spec;
    let mut schemes = spec["security"].as_array().into_iter().flatten();
    let is_public = spec["security"].as_array().is_none_or(Vec::is_empty);
    let scope = schemes.find_map(|scheme| scheme["api_key"][0].as_str());
    let mut headers = spec["parameters"].as_array().into_iter().flatten();
    let is_idempotent = headers.any(|header| header["name"] == "Idempotency-Key");
    let is_read = scope.and_then(Scope::parse).is_some_and(Scope::is_read);
    let limits = rate_limits(operation.name);
    html! {
        dl.facts {
            div {
                dt { "Access" }
                dd {
                    @if is_public { "Without authentication" }
                    @else if let Some(scope) = scope { "API key with the scope " code { (scope) } ", or access token" }
                    @else { "Access token; not available to API keys" }
                }
            }
            div {
                dt { "Retries" }
                dd {
                    @if operation.method == "get" || is_read { "Safe: it changes nothing" }
                    @else if is_idempotent { "Safe with an " a href="/api/docs#idempotency" { "Idempotency-Key" } }
                    @else { "Check the result first if a request times out" }
                }
            }
            @if !limits.is_empty() {
                div { dt { "Rate limit" } dd { (limits.join("; ")) ", unless the operator has set another" } }
            }
        }
    }
}

/// The successful response.
fn response(reference: &Reference<'_>, spec: &Value) -> Markup {
    let responses = spec["responses"].as_object().into_iter().flatten();
    html! {
        @for (status, response) in responses.filter(|(status, _)| status.starts_with('2')) {
            h3 { "Response · " (status) }
            @if let Some(text) = response["description"].as_str() { (markdown(reference, text)) }
            @if let Some(json) = response.pointer("/content/application~1json/schema") {
                (members(reference, json, Direction::Response))
            } @else if let Some(content) = response["content"].as_object() {
                @for media_type in content.keys() { p.limits { "Content type " code { (media_type) } } }
            }
        }
    }
}

/// The errors of the operation. Errors that most operations share are last.
fn errors<'a>(reference: &Reference<'a>, spec: &'a Value) -> Markup {
    let codes = reference.errors(spec).into_iter();
    let (common, own): (Vec<ErrorCode>, Vec<ErrorCode>) = codes
        .filter_map(|(_, code)| ErrorCode::parse(code))
        .partition(|code| reference.is_common(code.as_str()));
    html! {
        h3 { "Errors" }
        ul.errors {
            @for code in &own { li { (error(*code)) " " span { (inline(reference, code.meaning())) } } }
        }
        details.nested {
            summary { (common.len()) " that most operations have" }
            ul.errors { @for code in &common { li { (error(*code)) " " span { (inline(reference, code.meaning())) } } } }
        }
    }
}

fn error(code: ErrorCode) -> Markup {
    html! { a href=(problem_link(code)) { span.status { (code.status()) } " " code { (code.as_str()) } } }
}

/// Code samples in each language. The tabs are radio buttons, so they work without a script.
fn samples(operation: &Operation<'_>) -> Markup {
    let samples: Vec<(&str, &str, &str)> = operation.spec["x-codeSamples"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|sample| {
            let text = |name: &str| sample[name].as_str();
            Some((text("lang")?, text("label")?, text("source")?))
        })
        .collect();
    html! {
        fieldset.tabs {
            legend.hidden { "Language of the sample" }
            @for (at, (language, label, _)) in samples.iter().enumerate() {
                input #{ (operation.name) "-" (language) } type="radio" name={ (operation.name) "-language" } value=(language) checked[at == 0];
                label for={ (operation.name) "-" (language) } { (label) }
            }
            @for (language, _, source) in &samples {
                div.sample data-language=(language) { (code_block(language, source)) }
            }
        }
    }
}

fn response_sample(examples: &Examples<'_>, spec: &Value) -> Markup {
    let responses = spec["responses"].as_object().into_iter().flatten();
    html! {
        @for (status, response) in responses.filter(|(status, _)| status.starts_with('2')) {
            @if let Some(schema) = response.pointer("/content/application~1json/schema") {
                p.caption { "Response " span.status { (status) } }
                (code_block("json", &pretty(&examples.value(schema, "", body_example(spec)))))
            }
        }
    }
}

pub(super) fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operation_that_reads_is_safe_to_repeat_whatever_its_method() {
        let document = crate::api::openapi::document();
        let reference = Reference::new(&document);
        let facts_of = |name: &str| {
            let mut operations = reference.groups.iter().flat_map(|group| &group.operations);
            let operation = operations.find(|operation| operation.name == name);
            facts(operation.expect("an operation")).into_string()
        };
        for (name, is_safe) in [("query", true), ("get_jobapps", true), ("update_jobapp", false)] {
            let text = facts_of(name);
            assert_eq!(text.contains("Safe: it changes nothing"), is_safe, "{name}");
        }
    }
}
