//! The operations as the document describes them, for tests that are made from it: a new one is covered as soon as it is
//! there.

use crate::{
    client::{Answer, Api},
    contract::{document, resolved},
};
use axum::http::{Method, Request, header};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Ids by the name under which requests carry them.
pub type Ids = BTreeMap<&'static str, String>;

/// An operation.
#[derive(Clone, Copy)]
pub struct Operation {
    /// `get` or `post`.
    pub method: &'static str,
    /// From `/api` on.
    pub path: &'static str,
    /// What the document says.
    pub spec: &'static Value,
}

/// A request that nothing is wrong with.
#[derive(Clone)]
pub struct Good {
    /// The JSON of its body, where it takes one.
    pub body: Option<Map<String, Value>>,
    /// Its query.
    pub query: BTreeMap<&'static str, String>,
}

impl Operation {
    /// All there are.
    pub fn all() -> impl Iterator<Item = Self> {
        let paths = document()["paths"].as_object().expect("paths");
        paths.iter().flat_map(|(path, item)| {
            let item = item.as_object().expect("operations");
            item.iter().map(move |(method, spec)| Self { method, path, spec })
        })
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.path.rsplit('/').next().expect("a name")
    }

    /// As HTTP spells it.
    pub fn method(&self) -> Method {
        self.method.to_uppercase().parse().expect("a method")
    }

    /// Whether it takes a caller.
    pub fn is_secured(&self) -> bool {
        self.spec["security"] != json!([])
    }

    /// The schema of its JSON body.
    pub fn body(&self) -> Option<&'static Value> {
        let schema = self
            .spec
            .pointer("/requestBody/content/application~1json/schema")?;
        Some(plain(schema))
    }

    /// Whether it takes files.
    pub fn takes_files(&self) -> bool {
        self.spec
            .pointer("/requestBody/content/multipart~1form-data")
            .is_some()
    }

    /// Whether the body may be left out.
    pub fn may_lack_body(&self) -> bool {
        self.spec["requestBody"]["required"] != json!(true)
    }

    /// The parameters of its query.
    pub fn parameters(self) -> impl Iterator<Item = (&'static str, &'static Value)> + use<> {
        let all = self.spec["parameters"].as_array().map_or(&[][..], Vec::as_slice);
        let query = all.iter().filter(|p| p["in"] == "query");
        query.map(|p| (p["name"].as_str().expect("name"), p))
    }

    /// The names under which it takes ids, and whether in the body.
    pub fn ids(self) -> Vec<(&'static str, bool)> {
        let is_id = |schema: &'static Value| plain(schema)["format"] == "uuid";
        let body = self.body().into_iter().flat_map(members);
        let in_body = body.filter(|(_, s)| is_id(s)).map(|(name, _)| (name, true));
        let query = self.parameters().filter(|(_, p)| is_id(&p["schema"]));
        in_body.chain(query.map(|(name, _)| (name, false))).collect()
    }

    /// The example of the document, about objects that are there.
    pub fn good(&self, ids: &Ids) -> Good {
        let id = |name: &str| {
            let known = ids.get(name).cloned();
            known.unwrap_or_else(|| panic!("say in scene.rs where a {name} comes from"))
        };
        let example = self
            .spec
            .pointer("/requestBody/content/application~1json/example");
        let mut body = example.and_then(Value::as_object).cloned();
        for (name, in_body) in self.ids() {
            if let (Some(body), true) = (&mut body, in_body)
                && body.contains_key(name)
            {
                body.insert(name.to_owned(), json!(id(name)));
            }
        }
        let required = self.parameters().filter(|(_, p)| p["required"] == json!(true));
        let query = required.map(|(name, _)| (name, id(name))).collect();
        Good { body, query }
    }
}

impl Good {
    /// The path with this query, and more of it.
    pub fn uri(&self, operation: &Operation, more: &str) -> String {
        let mut pairs: Vec<String> = self.query.iter().map(|(k, v)| format!("{k}={v}")).collect();
        pairs.extend((!more.is_empty()).then(|| more.to_owned()));
        format!("{}?{}", operation.path, pairs.join("&"))
    }
}

/// Calls an operation with this token; with a file where it takes files.
pub async fn call(api: &Api, token: &str, operation: &Operation, good: &Good) -> Answer {
    let uri = if good.query.is_empty() {
        operation.path.to_owned()
    } else {
        good.uri(operation, "")
    };
    let mut request = Request::builder().method(operation.method()).uri(uri);
    if operation.is_secured() && !token.is_empty() {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let (kind, body) = match &good.body {
        Some(body) => (Some("application/json"), json!(body).to_string()),
        None if operation.takes_files() => (Some("multipart/form-data; boundary=XyZ"), FILE.to_owned()),
        None => (None, String::new()),
    };
    if let Some(kind) = kind {
        request = request.header(header::CONTENT_TYPE, kind);
    }
    api.send(request.body(body.into()).expect("request")).await
}

/// A form with a file.
pub const FILE: &str = "--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.eml\"\r\n\r\nSubject: x\r\n\r\nx\r\n--XyZ--\r\n";

/// The schema itself: behind a reference, and without the choice to be `null`.
pub fn plain(schema: &'static Value) -> &'static Value {
    let schema = resolved(schema);
    let choice = schema["oneOf"]
        .as_array()
        .and_then(|all| all.iter().find(|s| s["type"] != "null"));
    choice.map_or(schema, plain)
}

/// The members of an object.
pub fn members(schema: &'static Value) -> impl Iterator<Item = (&'static str, &'static Value)> {
    let properties = schema["properties"].as_object();
    properties
        .into_iter()
        .flatten()
        .map(|(name, schema)| (name.as_str(), schema))
}

/// Whether values may be of this JSON type.
pub fn may_be(schema: &'static Value, kind: &str) -> bool {
    let schema = plain(schema);
    match &schema["type"] {
        Value::String(only) => only == kind,
        Value::Array(several) => several.iter().any(|t| t == kind),
        _ => kind == "string" && schema["enum"].is_array(),
    }
}

/// Whether it is text that people write, not the form of something else.
pub fn is_text(schema: &'static Value) -> bool {
    let schema = plain(schema);
    may_be(schema, "string")
        && schema["enum"].is_null()
        && matches!(schema["format"].as_str(), None | Some("email" | "uri"))
}
