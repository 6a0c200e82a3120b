//! Example values of parameters and responses, as the documentation shows them.

use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// Maximum nesting of example objects. No schema is recursive.
const MAX_DEPTH: usize = 12;
const ID: &str = "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f";
/// Ids of other objects, by member name.
const OTHER_IDS: [(&str, &str); 2] = [
    ("unchanged", "019a9f0c-5a53-7b1d-8e42-6c0d9f3a7b21"),
    ("not_found", "019a9f0c-5a54-7f80-a1c6-2e5b8d4f0937"),
];
/// Members that are usually null.
const EMPTY: [&str; 13] = [
    "company_logo",
    "deleted_at",
    "delivered_at",
    "error",
    "from_outcome",
    "last_error",
    "merged_into",
    "next_cursor",
    "on_behalf_of",
    "outcome",
    "quiet_days",
    "revoked_at",
    "transition",
];

/// Example values by member name. Values from request examples have priority, so that a response matches its request.
const VALUES: [(&str, &str); 34] = [
    ("actor_email", "mara@example.org"),
    ("address", "mara@example.org"),
    ("body", "Thank you for applying."),
    ("company", "Hearth Homes"),
    ("currency", "EUR"),
    ("detail", "Send this field."),
    ("display_name", "Mara Lindqvist"),
    ("email", "mara@example.org"),
    ("etag", "W/\"3-5d41402abc4b2a76b9719d911017c592\""),
    ("events", "jobapp.*"),
    ("field", "company"),
    ("from", "jobs@example.org"),
    ("host", "imap.example.org"),
    ("ip", "192.0.2.17"),
    ("issuer", "https://id.example.org"),
    ("job_title", "Pricing Analyst"),
    ("key", "jhx_7Qm…"),
    ("kind", "applied"),
    ("label", "LinkedIn"),
    ("location", "Berlin"),
    ("name", "Mara Lindqvist"),
    ("period", "year"),
    ("ruleset", "greenhouse"),
    ("secret", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"),
    ("sender", "jobs@example.org"),
    ("slug", "mara"),
    ("source", "LinkedIn"),
    ("subject", "Your application at Hearth Homes"),
    ("tag", "remote"),
    ("tags", "remote"),
    ("text", "Asked for **references**."),
    ("time_zone", "Europe/Berlin"),
    ("user_agent", "Mozilla/5.0"),
    ("value", "Applied"),
];

/// Values by schema and member name, where the member has another meaning in other schemas.
const OF_SCHEMAS: [(&str, &str, &str); 16] = [
    ("ApiKey", "name", "Nightly export"),
    ("AvailableProvider", "name", "GitHub"),
    ("CsvColumn", "name", "Company"),
    ("File", "name", "resume.pdf"),
    ("Group", "name", "Spring"),
    ("JoinableTenant", "name", "Career Center"),
    ("KeyUsage", "name", "Nightly export"),
    ("NewApiKey", "name", "Nightly export"),
    ("StageCount", "name", "Applied"),
    ("TitleSeries", "name", "Pricing Analyst"),
    ("View", "name", "Remote"),
    ("WebhookAttempt", "response", "Service Unavailable"),
    ("WebhookDelivery", "payload", "{\"type\":\"jobapp.moved\",…}"),
    ("WebhookDelivery", "type", "jobapp.moved"),
    ("WebhookEndpoint", "description", "Slack notifier"),
    ("WebhookEndpoint", "url", "https://hooks.example.com/jobhax"),
];

/// Source of example values.
pub struct Examples<'a> {
    document: &'a Value,
    /// Values in the examples of requests, by member name.
    of_requests: HashMap<&'a str, Vec<&'a Value>>,
}

impl<'a> Examples<'a> {
    /// Collects the examples of requests in the document.
    pub fn new(document: &'a Value) -> Self {
        let mut of_requests: HashMap<&str, Vec<&Value>> = HashMap::new();
        let paths = document["paths"].as_object().into_iter().flat_map(Map::values);
        let operations = paths.flat_map(|item| item.as_object().into_iter().flat_map(Map::values));
        for example in operations.filter_map(body_example) {
            for (name, value) in example.as_object().into_iter().flatten() {
                of_requests.entry(name).or_default().push(value);
            }
        }
        Self {
            document,
            of_requests,
        }
    }

    /// The schema that a reference refers to, or the schema itself.
    pub fn resolve<'b>(&self, schema: &'b Value) -> &'b Value
    where
        'a: 'b,
    {
        resolve(self.document, schema)
    }

    /// An example of a parameter.
    pub fn parameter(&self, parameter: &Value) -> Value {
        if let Some(example) = parameter
            .get("example")
            .or_else(|| parameter["schema"].get("example"))
        {
            return example.clone();
        }
        let name = parameter["name"].as_str().unwrap_or_default();
        self.value(&parameter["schema"], name, None)
    }

    /// An example of a value with this schema, for the member `name`. Values of `request` are repeated.
    pub fn value(&self, schema: &Value, name: &str, request: Option<&Value>) -> Value {
        self.build(schema, name, request, 0)
    }

    fn build(&self, schema: &Value, name: &str, request: Option<&Value>, depth: usize) -> Value {
        let component = schema["$ref"]
            .as_str()
            .and_then(|reference| reference.rsplit('/').next());
        let schema = self.resolve(schema);
        if depth > MAX_DEPTH {
            return Value::Null;
        }
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        let alternatives = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
        if let Some(alternatives) = alternatives {
            let has_null = alternatives.iter().any(|schema| schema["type"] == "null");
            if has_null && EMPTY.contains(&name) {
                return Value::Null;
            }
            let first = alternatives.iter().find(|schema| schema["type"] != "null");
            return first.map_or(Value::Null, |schema| self.build(schema, name, request, depth));
        }
        let sent = request.and_then(|request| request.get(name));
        if let Some(values) = schema["enum"].as_array() {
            let repeated = sent.filter(|value| values.contains(value));
            let known = || {
                values
                    .iter()
                    .find(|value| VALUES.contains(&(name, value.as_str().unwrap_or_default())))
            };
            return repeated
                .or_else(known)
                .or(values.first())
                .cloned()
                .unwrap_or_default();
        }
        let (kind, is_nullable) = type_of(schema);
        if is_nullable && EMPTY.contains(&name) {
            return Value::Null;
        }
        match kind {
            "object" => {
                let mut object = self.object(schema, request, depth);
                let is_sent = |member: &str| request.is_some_and(|request| request[member].is_string());
                for (known, member, value) in OF_SCHEMAS {
                    if Some(known) == component && !is_sent(member) {
                        object[member] = json!(value);
                    }
                }
                object
            }
            "array" => {
                let count = schema["minItems"].as_u64().unwrap_or(1).clamp(1, 3);
                let items = schema.get("items").unwrap_or(&Value::Null);
                let item = |_| self.build(items, name, request, depth + 1);
                (0..count).map(item).collect()
            }
            kind => self.scalar(schema, kind, name, sent),
        }
    }

    fn object(&self, schema: &Value, request: Option<&Value>, depth: usize) -> Value {
        let mut object = Map::new();
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            object.insert(name.clone(), self.build(member, name, request, depth + 1));
        }
        if object.is_empty()
            && let Some(values) = schema
                .get("additionalProperties")
                .filter(|values| values.is_object())
        {
            object.insert("applied".to_owned(), self.build(values, "", request, depth + 1));
        }
        Value::Object(object)
    }

    fn scalar(&self, schema: &Value, kind: &str, name: &str, sent: Option<&Value>) -> Value {
        match (kind, schema["format"].as_str()) {
            ("string", Some("uuid")) => {
                let other = OTHER_IDS.iter().find(|(known, _)| *known == name);
                let id = other.map_or(ID, |(_, id)| *id);
                json!(sent.and_then(Value::as_str).unwrap_or(id))
            }
            ("string", Some("date-time")) => json!("2026-03-02T09:30:00Z"),
            ("string", Some("date")) => json!(sent.and_then(Value::as_str).unwrap_or("2026-03-02")),
            ("string", _) => self.text(name, sent),
            ("integer", _) => integer(schema, name, sent),
            ("number", _) => json!(0.25),
            ("boolean", _) => json!(sent.and_then(Value::as_bool).unwrap_or(name == "open")),
            _ => Value::Null,
        }
    }

    fn text(&self, name: &str, sent: Option<&Value>) -> Value {
        let of_requests = self.of_requests.get(name).into_iter().flatten().copied();
        let known = VALUES.iter().find(|(known, _)| *known == name);
        let text = sent
            .and_then(Value::as_str)
            .or_else(|| known.map(|(_, value)| *value))
            .or_else(|| of_requests.into_iter().find_map(Value::as_str));
        if let Some(text) = text {
            return json!(text);
        }
        let is_address = name.ends_with("url") || name.ends_with("uri");
        json!(if is_address {
            "https://example.org/jobs/1"
        } else {
            "…"
        })
    }
}

fn integer(schema: &Value, name: &str, sent: Option<&Value>) -> Value {
    if let Some(number) = sent.and_then(Value::as_i64) {
        return json!(number);
    }
    let usual = match name {
        "limit" => return json!(20),
        "duration_ms" => 120,
        "min" => 52_000,
        "max" => 60_000,
        "status_code" => 503,
        _ => 3,
    };
    let least = schema["minimum"].as_i64().unwrap_or(0);
    let most = schema["maximum"].as_i64().unwrap_or(i64::MAX);
    json!(usual.clamp(least, most))
}

/// The example of a JSON request body.
pub fn body_example(operation: &Value) -> Option<&Value> {
    operation.pointer("/requestBody/content/application~1json/example")
}

/// The component that a reference in the document refers to, or the value itself.
pub fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let target = value["$ref"]
        .as_str()
        .and_then(|reference| reference.strip_prefix('#'));
    target
        .and_then(|target| document.pointer(target))
        .unwrap_or(value)
}

/// The type of a schema, and whether it is nullable.
pub fn type_of(schema: &Value) -> (&str, bool) {
    match &schema["type"] {
        Value::String(name) => (name, false),
        Value::Array(names) => {
            let mut names = names.iter().filter_map(Value::as_str);
            (names.find(|name| *name != "null").unwrap_or("null"), true)
        }
        _ if schema.get("properties").is_some() => ("object", false),
        _ => ("any", false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn response_of_a_bulk_change_has_each_id_of_the_request_once() {
        let document = crate::api::openapi::document();
        let operation = &document["paths"]["/api/jobapps/bulk_update"]["post"];
        let request = body_example(operation).expect("an example");
        let schema = json!({ "$ref": "#/components/schemas/BulkUpdateResult" });
        let response = Examples::new(&document).value(&schema, "", Some(request));
        let ids = ["updated", "unchanged", "not_found"].map(|name| &response[name][0]);
        assert_eq!(json!(ids), request["jobapp_ids"]);
    }
}
