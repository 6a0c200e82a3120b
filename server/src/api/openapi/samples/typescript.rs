//! Samples for `clients/typescript`.

use super::{
    Body, Call, file_name,
    literal::{Syntax, literal},
};
use serde_json::{Map, Value};

pub(super) fn sample(call: &Call<'_>) -> String {
    let mut lines = vec!["import { createClient } from \"@jobhax/client\";".to_owned()];
    let is_form = matches!(call.body, Body::Form(_));
    if is_form {
        lines.push("import { openAsBlob } from \"node:fs\";".to_owned());
    }
    lines.push(String::new());
    let key = call
        .credential
        .variable()
        .map(|variable| format!(", apiKey: process.env.{variable}!"));
    let key = key.unwrap_or_default();
    lines.push(format!(
        "const jobhax = createClient({{ baseUrl: process.env.JOBHAX_URL!{key} }});"
    ));
    if is_form {
        let file = file_name(call.name);
        lines.push(format!(
            "const file = new File([await openAsBlob(\"{file}\")], \"{file}\");"
        ));
    }
    let request = format!("await jobhax.{}({});", method(call.name), argument(call));
    let is_empty = call.operation["responses"].get("204").is_some();
    if is_empty {
        lines.push(request);
    } else {
        let result = if call.has_data() { "{ data }" } else { "result" };
        lines.push(format!("const {result} = {request}"));
        lines.push(format!("console.log({});", result.trim_matches(['{', '}', ' '])));
    }
    lines.join("\n")
}

/// The method name of the client: `add_jobapp` becomes `addJobapp`.
fn method(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (head, tail) = word.split_at(word.len().min(1));
        name + &head.to_ascii_uppercase() + tail
    })
}

fn argument(call: &Call<'_>) -> String {
    let mut argument = Map::new();
    if !call.query.is_empty() {
        let query = call.query.iter();
        let query: Map<String, Value> = query
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        argument.insert("query".to_owned(), Value::Object(query));
    }
    match &call.body {
        Body::Json(body) => {
            argument.insert("body".to_owned(), (*body).clone());
        }
        Body::Form(parts) => return format!("{{ body: {{ {} }} }}", form(parts)),
        Body::None if argument.is_empty() => return String::new(),
        Body::None => {}
    }
    literal(&Value::Object(argument), Syntax::JavaScript, 0)
}

fn form(parts: &[(&str, Value)]) -> String {
    let parts: Vec<String> = parts
        .iter()
        .map(|(name, value)| match *name {
            // A form that accepts several files takes a list.
            "file" if value.is_array() => "file: [file]".to_owned(),
            "file" => "file".to_owned(),
            name => format!("{name}: {value}"),
        })
        .collect();
    parts.join(", ")
}
