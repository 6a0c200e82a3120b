//! Generates invalid requests for one operation: the valid request from the OpenAPI document with one defect at a time.
//!
//! Examples for `POST /api/jobapps/add_jobapp` and its field `salary`:
//!
//! | defect | body | expected |
//! | --- | --- | --- |
//! | wrong type | `{…, "salary": "x"}` | 422, names `salary` or a field in it |
//! | list instead of object | `{…, "salary": ["EUR", 1, 1, "hour"]}` | 422, names `salary` |
//! | object instead of enum value | `{…, "salary": {…, "period": {"hour": null}}}` | 422, names `salary.period` |
//! | date out of range | `{…, "apply_date": "-4715-01-01"}` | 422, names `apply_date` |
//! | deeply nested | `{…, "salary": [[[[…]]]]}` | 422, names `salary` or a field in it |
//!
//! and for the body as a whole: truncated JSON (400), each field twice (422), one megabyte (413), `text/plain` (415).

use super::values::{
    DATES_OUT_OF_RANGE, WrongShape, invalid_parameter_values, nested_lists, wrong_shapes, wrong_type,
};
use crate::support::{
    fixtures::Fixture,
    operations::{Operation, ValidInput, allows_type, is_text, properties, value_schema},
};
use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Map, Value, json};

/// Fields that clients must never be able to set.
const SERVER_CONTROLLED: [&str; 9] = [
    "id",
    "tenant_id",
    "owner_id",
    "user_id",
    "role",
    "created_at",
    "deleted_at",
    "is_admin",
    "email_verified",
];
/// Fields in which unusual characters are valid: a password may contain any, and a token that contains them is merely unknown.
const OPAQUE: [&str; 5] = ["password", "refresh_token", "token", "id_token", "tenant"];

/// A request with one defect, and the expected rejection.
pub struct InvalidRequest {
    pub defect: String,
    pub request: Request<Body>,
    pub status: u16,
    /// The field that the response must name.
    pub field: Option<String>,
    /// Whether the response must name exactly this field and not one inside of it.
    pub is_exact: bool,
}

/// Collects the invalid requests of one operation.
pub struct Generator {
    operation: Operation,
    valid: ValidInput,
    token: String,
    pub requests: Vec<InvalidRequest>,
}

impl Generator {
    pub fn new(operation: Operation, user: &Fixture) -> Self {
        Self {
            operation,
            valid: operation.valid_input(&user.ids),
            token: user.client.token().to_owned(),
            requests: Vec::new(),
        }
    }

    /// Bodies in which one field is invalid.
    pub fn invalid_fields(&mut self) {
        let Some(schema) = self.operation.body_schema() else {
            return;
        };
        let valid = self.valid.body.clone().expect("an example");
        for name in schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            let mut body = valid.clone();
            body.remove(name);
            self.push_body("missing", name, &body);
            self.push_field("null", name, Value::Null);
        }
        for (name, schema) in properties(schema) {
            self.invalid_values(name, schema);
        }
        self.push_field("unknown", "no_such_field", json!(1));
        for name in SERVER_CONTROLLED
            .into_iter()
            .filter(|name| schema["properties"].get(name).is_none())
        {
            let id = json!("00000000-0000-0000-0000-000000000001");
            self.push_field("controlled by the server", name, id);
        }
    }

    /// Adds invalid values of one field.
    fn invalid_values(&mut self, name: &'static str, schema: &'static Value) {
        self.push_field("unexpected object", name, json!({ "x": { "y": [1] } }));
        self.push_field("wrong type", name, wrong_type(schema));
        self.push_wrong_shapes(name, schema);
        self.push_field("deeply nested", name, nested_lists(100));
        let value = value_schema(schema);
        if value["enum"].is_array() {
            self.push_field("unknown enum value", name, json!("no such value"));
        }
        if matches!(
            value["format"].as_str(),
            Some("uuid" | "date" | "date-time" | "email" | "uri")
        ) {
            self.push_field("wrong format", name, json!("neither"));
        }
        for date in DATES_OUT_OF_RANGE {
            match value["format"].as_str() {
                Some("date") => self.push_field("out of range", name, json!(date)),
                Some("date-time") => {
                    self.push_field("out of range", name, json!(format!("{date}T00:00:00Z")));
                }
                _ => {}
            }
        }
        if let Some(max) = value["maxLength"].as_u64() {
            let too_long = "x".repeat(usize::try_from(max).expect("small") + 1);
            self.push_field("too long", name, json!(too_long));
        }
        if value["minLength"].as_u64() > Some(0) {
            self.push_field("empty", name, json!(""));
            if !OPAQUE.contains(&name) {
                self.push_field("blank", name, json!(" \t "));
            }
        }
        if let Some(max) = value["maxItems"].as_u64() {
            let too_many = vec!["x"; usize::try_from(max).expect("small") + 1];
            self.push_field("too many items", name, json!(too_many));
        }
        if is_text(schema) && !OPAQUE.contains(&name) {
            self.push_field("NUL", name, json!("a\u{0}b"));
            self.push_field("terminal escape", name, json!("a\u{1b}[2Jb"));
            self.push_field("invisible characters", name, json!("\u{200b}\u{2060} \u{feff}"));
            self.push_field("direction marks", name, json!("\u{202e}\u{2066}\u{200f}"));
            self.push_field("blank letters", name, json!("\u{3164}\u{2800}"));
        }
        if allows_type(schema, "integer") {
            for number in [json!(1.5), json!("1"), json!(f64::MAX), json!(u64::MAX)] {
                self.push_field("invalid number", name, number);
            }
        }
    }

    /// Bodies that are invalid as a whole.
    pub fn invalid_bodies(&mut self) {
        let Some(valid) = self.valid.body.clone() else {
            return;
        };
        let text = json!(valid).to_string();
        let field = valid.keys().next().cloned().expect("a field");
        for (defect, body) in [
            ("truncated", text[..text.len() - 1].to_owned()),
            ("not JSON", "nonsense".to_owned()),
            ("NaN", format!("{{\"{field}\": NaN}}")),
            ("lone surrogate", format!("{{\"{field}\": \"\\ud800\"}}")),
            ("raw control character", format!("{{\"{field}\": \"\u{1}\"}}")),
            ("byte order mark", format!("\u{feff}{text}")),
            ("trailing JSON", format!("{text} {{}}")),
            ("single quotes", text.replace('"', "'")),
        ] {
            self.push_text(defect, 400, None, body);
        }
        let not_utf8 = [b"{\"".as_slice(), &[0xff, 0xfe], b"\": 1}"].concat();
        self.push_text("not UTF-8", 400, None, not_utf8);
        if !self.operation.may_omit_body() {
            self.push_text("empty", 400, None, "");
        }
        let duplicated = format!("{{{}, {}", &text[1..text.len() - 1], &text[1..]);
        self.push_text("each field twice", 422, Some(&field), duplicated);
        for body in ["[]", "null", "5", "\"x\"", "true"] {
            self.push_text("not an object", 422, Some("body"), body);
        }
        // Must be rejected without building the nested value in memory.
        let nested = "[".repeat(100_000) + &"]".repeat(100_000);
        self.push_text("100,000 nested lists", 422, Some("body"), nested);
        self.push_text("one megabyte", 413, None, vec![b' '; 1 << 20]);
        self.push_text(
            "one megabyte in a field",
            413,
            None,
            format!("{{\"{field}\": \"{}\"}}", "x".repeat(1 << 20)),
        );
        let uri = format!("{}?no_such_parameter=1", self.operation.path);
        let request = self.request(&uri, Some("application/json"), text.clone());
        self.push("unexpected query", 422, Some("no_such_parameter"), request);
        for content_type in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/foo+json",
            "application/json; charset=utf-16",
            "json",
            "application/xml",
        ] {
            let request = self.request(self.operation.path, Some(content_type), text.clone());
            self.push(content_type, 415, None, request);
        }
        let request = self.request(self.operation.path, None, text);
        self.push("no content type", 415, None, request);
        // If there are several defects, the documented order determines the status.
        let request = self.request(self.operation.path, Some("text/plain"), vec![b'{'; 1 << 20]);
        self.push("415 before 413", 415, None, request);
        self.push_text("413 before 400", 413, None, vec![b'{'; 1 << 20]);
    }

    /// Queries with an invalid parameter.
    pub fn invalid_queries(&mut self) {
        if self.operation.method != "get" {
            return;
        }
        self.push_query("unknown", "no_such_parameter", "no_such_parameter=1", None);
        for name in SERVER_CONTROLLED {
            if self
                .operation
                .parameters()
                .all(|(parameter, _)| parameter != name)
            {
                self.push_query("controlled by the server", name, &format!("{name}=1"), None);
            }
        }
        for (name, parameter) in self.operation.parameters() {
            let schema = value_schema(&parameter["schema"]);
            if parameter["required"] == json!(true) {
                self.push_query("missing", name, "", Some(name));
                let again = format!("{name}={}", self.valid.query[name]);
                self.push_query("given twice", name, &again, None);
            } else {
                let value = if allows_type(schema, "integer") { "1" } else { "a" };
                let twice = format!("{name}={value}&{name}={value}");
                self.push_query("given twice", name, &twice, None);
            }
            for value in invalid_parameter_values(schema) {
                self.push_query("invalid value", name, &format!("{name}={value}"), Some(name));
            }
        }
    }

    /// Adds values that differ from valid ones only in their structure.
    fn push_wrong_shapes(&mut self, name: &'static str, schema: &'static Value) {
        for WrongShape { defect, path, value } in wrong_shapes(schema) {
            self.push_field_at(defect, name, &path, value);
            // A lenient deserializer would accept the structure and at most report something inside of it.
            self.requests.last_mut().expect("a request").is_exact = true;
        }
    }

    fn push_field(&mut self, defect: &str, name: &str, value: Value) {
        self.push_field_at(defect, name, "", value);
    }

    /// Adds the valid body with this value in the field. The response must name the value at `path` in the field.
    fn push_field_at(&mut self, defect: &str, name: &str, path: &str, value: Value) {
        let mut body = self.valid.body.clone().expect("a body");
        body.insert(name.to_owned(), value);
        self.push_body(defect, &format!("{name}{path}"), &body);
    }

    fn push_body(&mut self, defect: &str, field: &str, body: &Map<String, Value>) {
        self.push_text(defect, 422, Some(field), json!(body).to_string());
    }

    fn push_text(&mut self, defect: &str, status: u16, field: Option<&str>, body: impl Into<Body>) {
        let request = self.request(self.operation.path, Some("application/json"), body);
        self.push(defect, status, field, request);
    }

    fn push_query(&mut self, defect: &str, field: &str, more: &str, without: Option<&str>) {
        let mut input = self.valid.clone();
        input.query.retain(|name, _| Some(*name) != without);
        let uri = input.uri(&self.operation, more);
        let request = self.request(&uri, None, Body::empty());
        self.push(defect, 422, Some(field), request);
    }

    fn push(&mut self, defect: &str, status: u16, field: Option<&str>, request: Request<Body>) {
        self.requests.push(InvalidRequest {
            defect: defect.to_owned(),
            request,
            status,
            field: field.map(str::to_owned),
            is_exact: false,
        });
    }

    fn request(&self, uri: &str, content_type: Option<&str>, body: impl Into<Body>) -> Request<Body> {
        let mut request = Request::builder().method(self.operation.http_method()).uri(uri);
        if self.operation.is_secured() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        }
        if let Some(content_type) = content_type {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        request.body(body.into()).expect("request")
    }
}
