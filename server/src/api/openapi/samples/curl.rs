//! Samples for `curl`.

use super::{
    Body, Call, file_name,
    literal::{Syntax, literal},
    query_value,
};

pub(super) fn sample(call: &Call<'_>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in &call.query {
        query.append_pair(name, &query_value(value));
    }
    let query = query.finish();
    let separator = if query.is_empty() { "" } else { "?" };
    let method = if call.is_get || !matches!(call.body, Body::None) {
        ""
    } else {
        "-X POST "
    };
    let mut arguments = vec![format!(
        "curl {method}\"$JOBHAX_URL{}{separator}{query}\"",
        call.path
    )];
    if let Some(variable) = call.credential.variable() {
        arguments.push(format!("-H \"Authorization: Bearer ${variable}\""));
    }
    if call.is_idempotent() {
        arguments.push("-H \"Idempotency-Key: $(uuidgen)\"".to_owned());
    }
    match &call.body {
        Body::Json(body) => {
            arguments.push("-H 'Content-Type: application/json'".to_owned());
            let body = literal(body, Syntax::Json, 2).replace('\'', "'\\''");
            arguments.push(format!("-d '{body}'"));
        }
        Body::Form(parts) => arguments.extend(parts.iter().map(|(name, value)| {
            if *name == "file" {
                format!("-F file=@{}", file_name(call.name))
            } else {
                format!("-F {name}={}", query_value(value))
            }
        })),
        Body::None => {}
    }
    if call.name == "get_file" {
        arguments.push("-o resume.pdf".to_owned());
    }
    arguments.join(" \\\n  ")
}
