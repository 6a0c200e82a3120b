//! The operations of the OpenAPI document, for suites that are generated from it: a new operation is covered as soon as it is documented.

use super::{
    TestClient, TestResponse,
    openapi::{document, resolve},
};
use axum::http::{Method, Request, header};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Ids by the name of the field or parameter, such as `jobapp_id`.
pub type Ids = BTreeMap<&'static str, String>;

#[derive(Clone, Copy)]
pub struct Operation {
    /// `get` or `post`.
    pub method: &'static str,
    /// The full path, including `/api`.
    pub path: &'static str,
    /// The operation object of the document.
    pub spec: &'static Value,
}

/// The input of a valid request.
#[derive(Clone)]
pub struct ValidInput {
    /// The JSON body, if the operation takes one.
    pub body: Option<Map<String, Value>>,
    pub query: BTreeMap<&'static str, String>,
    /// The form with a file.
    pub form: Option<String>,
}

impl Operation {
    /// All operations.
    pub fn all() -> impl Iterator<Item = Self> {
        let paths = document()["paths"].as_object().expect("paths");
        paths.iter().flat_map(|(path, item)| {
            let item = item.as_object().expect("operations");
            item.iter().map(move |(method, spec)| Self { method, path, spec })
        })
    }

    /// The last segment of the path.
    pub fn name(&self) -> &'static str {
        self.path.rsplit('/').next().expect("a name")
    }

    /// The path below `/api`.
    pub fn api_path(&self) -> &'static str {
        self.path.trim_start_matches("/api")
    }

    pub fn http_method(&self) -> Method {
        self.method.to_uppercase().parse().expect("a method")
    }

    /// Whether the operation requires authentication.
    pub fn is_secured(&self) -> bool {
        self.spec["security"] != json!([])
    }

    /// The schema of the JSON body.
    pub fn body_schema(&self) -> Option<&'static Value> {
        let schema = self
            .spec
            .pointer("/requestBody/content/application~1json/schema")?;
        Some(value_schema(schema))
    }

    pub fn takes_files(&self) -> bool {
        self.spec
            .pointer("/requestBody/content/multipart~1form-data")
            .is_some()
    }

    /// Whether the body is optional.
    pub fn may_omit_body(&self) -> bool {
        self.spec["requestBody"]["required"] != json!(true)
    }

    /// The query parameters.
    pub fn parameters(self) -> impl Iterator<Item = (&'static str, &'static Value)> + use<> {
        let all = self.spec["parameters"].as_array().map_or(&[][..], Vec::as_slice);
        let query = all.iter().filter(|p| p["in"] == "query");
        query.map(|p| (p["name"].as_str().expect("name"), p))
    }

    /// The fields and parameters that contain ids, and whether each is in the body.
    pub fn id_fields(self) -> Vec<(&'static str, bool)> {
        let is_id = |schema: &'static Value| {
            let schema = value_schema(schema);
            schema["format"] == "uuid" || value_schema(&schema["items"])["format"] == "uuid"
        };
        let body = self.body_schema().into_iter().flat_map(properties);
        let in_body = body.filter(|(_, s)| is_id(s)).map(|(name, _)| (name, true));
        let query = self.parameters().filter(|(_, p)| is_id(&p["schema"]));
        in_body.chain(query.map(|(name, _)| (name, false))).collect()
    }

    /// The example from the document, with these ids.
    pub fn valid_input(&self, ids: &Ids) -> ValidInput {
        let id = |name: &str| {
            let id = ids.get(name).cloned();
            id.unwrap_or_else(|| panic!("support/fixtures.rs has no {name}"))
        };
        let example = self
            .spec
            .pointer("/requestBody/content/application~1json/example");
        let mut body = example.and_then(Value::as_object).cloned();
        for (name, is_in_body) in self.id_fields() {
            if let (Some(body), true) = (&mut body, is_in_body)
                && body.contains_key(name)
            {
                insert_id(body, name, &id(name));
            }
        }
        let required = self.parameters().filter(|(_, p)| p["required"] == json!(true));
        let query = required.map(|(name, _)| (name, id(name))).collect();
        let form = self.takes_files().then(|| match self.path {
            path if path.ends_with("/add_file") => file_form(&id("jobapp_id")),
            path if path.ends_with("/import_csv") => CSV_UPLOAD.to_owned(),
            _ => FILE_UPLOAD.to_owned(),
        });
        ValidInput { body, query, form }
    }
}

impl ValidInput {
    /// The path with this query and the additional parameters `more`.
    pub fn uri(&self, operation: &Operation, more: &str) -> String {
        let mut pairs: Vec<String> = self.query.iter().map(|(k, v)| format!("{k}={v}")).collect();
        pairs.extend((!more.is_empty()).then(|| more.to_owned()));
        format!("{}?{}", operation.path, pairs.join("&"))
    }

    /// A copy of the input with this id in the field or parameter.
    pub fn with_id(mut self, name: &'static str, is_in_body: bool, id: &str) -> Self {
        match (&mut self.body, is_in_body) {
            (Some(body), true) => insert_id(body, name, id),
            _ => drop(self.query.insert(name, id.to_owned())),
        }
        self
    }
}

/// Sets a field that contains an id or a list of ids.
fn insert_id(body: &mut Map<String, Value>, name: &str, id: &str) {
    let is_list = body.get(name).is_some_and(Value::is_array);
    let value = if is_list { json!([id]) } else { json!(id) };
    body.insert(name.to_owned(), value);
}

/// Calls an operation. Sends a form with a file if the operation requires one.
pub async fn call(client: &TestClient, operation: &Operation, input: &ValidInput) -> TestResponse {
    let uri = if input.query.is_empty() {
        operation.path.to_owned()
    } else {
        input.uri(operation, "")
    };
    let mut request = Request::builder().method(operation.http_method()).uri(uri);
    if operation.is_secured() && !client.token().is_empty() {
        request = request.header(header::AUTHORIZATION, format!("Bearer {}", client.token()));
    }
    let (content_type, body) = match (&input.body, &input.form) {
        (Some(body), _) => (Some("application/json"), json!(body).to_string()),
        (None, Some(form)) => (Some(MULTIPART), form.clone()),
        (None, None) => (None, String::new()),
    };
    if let Some(content_type) = content_type {
        request = request.header(header::CONTENT_TYPE, content_type);
    }
    client.send(request.body(body.into()).expect("request")).await
}

/// The content type of [`FILE_UPLOAD`].
pub const MULTIPART: &str = "multipart/form-data; boundary=XyZ";
/// A form with one file.
pub const FILE_UPLOAD: &str = "--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.eml\"\r\n\r\nSubject: x\r\n\r\nx\r\n--XyZ--\r\n";

/// A form with a CSV file.
pub const CSV_UPLOAD: &str = "--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nCompany,Job title\r\nMoss,Clerk\r\n--XyZ--\r\n";
/// A form that previews a CSV file with four columns.
pub const CSV_PREVIEW: &str = "--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nCompany,Job title,Notes,Applied\r\nMoss,Clerk,x,2026-01-02\r\n--XyZ\r\nContent-Disposition: form-data; name=\"dry_run\"\r\n\r\ntrue\r\n--XyZ--\r\n";

/// The form of `add_file` with a text file.
pub fn file_form(application: &str) -> String {
    let field = |name: &str, value: &str| {
        format!("--XyZ\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    format!(
        "{}{}{FILE_UPLOAD}",
        field("jobapp_id", application),
        field("kind", "other")
    )
}

/// Resolves references, and the non-null alternative of a nullable schema.
pub fn value_schema(schema: &'static Value) -> &'static Value {
    let schema = resolve(schema);
    let alternative = schema["oneOf"]
        .as_array()
        .and_then(|all| all.iter().find(|s| s["type"] != "null"));
    alternative.map_or(schema, value_schema)
}

/// The properties of an object schema.
pub fn properties(schema: &'static Value) -> impl Iterator<Item = (&'static str, &'static Value)> {
    let properties = schema["properties"].as_object();
    properties
        .into_iter()
        .flatten()
        .map(|(name, schema)| (name.as_str(), schema))
}

/// Whether the schema allows values of this JSON type.
pub fn allows_type(schema: &'static Value, json_type: &str) -> bool {
    let schema = value_schema(schema);
    match &schema["type"] {
        Value::String(only) => only == json_type,
        Value::Array(several) => several.iter().any(|t| t == json_type),
        _ => json_type == "string" && schema["enum"].is_array(),
    }
}

/// Whether the schema describes free text and not, for example, a date.
pub fn is_text(schema: &'static Value) -> bool {
    let schema = value_schema(schema);
    allows_type(schema, "string")
        && schema["enum"].is_null()
        && matches!(schema["format"].as_str(), None | Some("email" | "uri"))
}
