//! Code samples for calling an operation with `curl` and with the clients in `clients`. They are the `x-codeSamples` of the document, which
//! many tools show. The tests of the clients compile them.

mod curl;
mod literal;
mod rust;
mod typescript;

use super::{
    ACCESS_TOKEN, API_KEY,
    examples::{Examples, body_example},
};
use serde_json::{Map, Value, json};

/// How a request is authenticated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Credential {
    Key,
    Token,
    None,
}

impl Credential {
    /// The environment variable that contains the credential.
    fn variable(self) -> Option<&'static str> {
        match self {
            Self::Key => Some("JOBHAX_API_KEY"),
            Self::Token => Some("JOBHAX_TOKEN"),
            Self::None => None,
        }
    }
}

/// The body of a request.
enum Body<'a> {
    Json(&'a Value),
    /// The required parts of a form.
    Form(Vec<(&'a str, Value)>),
    None,
}

/// A call of an operation with example values.
struct Call<'a> {
    examples: &'a Examples<'a>,
    operation: &'a Value,
    name: &'a str,
    path: &'a str,
    is_get: bool,
    credential: Credential,
    query: Vec<(&'a str, Value)>,
    body: Body<'a>,
}

impl<'a> Call<'a> {
    fn new(examples: &'a Examples<'a>, path: &'a str, method: &str, operation: &'a Value) -> Self {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let query = parameters
            .filter(|parameter| parameter["in"] == "query" && is_shown(parameter))
            .filter_map(|parameter| Some((parameter["name"].as_str()?, examples.parameter(parameter))));
        let form = operation.pointer("/requestBody/content/multipart~1form-data/schema");
        let body = match (body_example(operation), form) {
            (Some(example), _) => Body::Json(example),
            (None, Some(form)) => Body::Form(parts(examples, form)),
            (None, None) => Body::None,
        };
        let security = || operation["security"].as_array().into_iter().flatten();
        let credential = if security().any(|scheme| scheme.get(API_KEY).is_some()) {
            Credential::Key
        } else if security().any(|scheme| scheme.get(ACCESS_TOKEN).is_some()) {
            Credential::Token
        } else {
            Credential::None
        };
        Self {
            examples,
            operation,
            name: operation["operationId"].as_str().unwrap_or_default(),
            path,
            is_get: method == "get",
            credential,
            query: query.collect(),
            body,
        }
    }

    /// The schema of the successful response, if it is JSON.
    fn response_schema(&self) -> Option<&'a Value> {
        let responses = self.operation["responses"].as_object()?;
        let (_, response) = responses.iter().find(|(status, _)| status.starts_with('2'))?;
        let schema = response.pointer("/content/application~1json/schema")?;
        Some(self.examples.resolve(schema))
    }

    /// Whether the response has the form `{"data": …}`.
    fn has_data(&self) -> bool {
        self.response_schema()
            .is_some_and(|schema| schema["properties"].get("data").is_some())
    }

    fn is_idempotent(&self) -> bool {
        let mut parameters = self.operation["parameters"].as_array().into_iter().flatten();
        parameters.any(|parameter| parameter["name"] == "Idempotency-Key")
    }
}

/// Whether samples include the parameter: it is required, has an example, or is `limit`.
fn is_shown(parameter: &Value) -> bool {
    parameter["required"] == true || parameter.get("example").is_some() || parameter["name"] == "limit"
}

/// The required parts of the form with example values.
fn parts<'a>(examples: &Examples<'a>, form: &'a Value) -> Vec<(&'a str, Value)> {
    let form = examples.resolve(form);
    let required = form["required"].as_array().into_iter().flatten();
    let parts = required.filter_map(|name| {
        let name = name.as_str()?;
        let part = &form["properties"][name];
        Some((name, examples.value(part, name, None)))
    });
    parts.collect()
}

/// The example name of an uploaded file.
fn file_name(operation: &str) -> &'static str {
    match operation {
        "import_csv" => "applications.csv",
        "import_mails" => "inbox.mbox",
        _ => "resume.pdf",
    }
}

/// Adds `x-codeSamples` to each operation.
pub(super) fn add_samples(document: &mut Value) {
    let original = document.clone();
    let examples = Examples::new(&original);
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            let samples = samples(&Call::new(
                &examples,
                path,
                method,
                &original["paths"][path][method],
            ));
            operation["x-codeSamples"] = samples;
        }
    }
}

fn samples(call: &Call<'_>) -> Value {
    json!([
        { "lang": "Shell", "label": "curl", "source": curl::sample(call) },
        { "lang": "TypeScript", "label": "TypeScript", "source": typescript::sample(call) },
        { "lang": "Rust", "label": "Rust", "source": rust::sample(call) },
    ])
}

/// A value in a query string.
fn query_value(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The members of an object.
fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}
