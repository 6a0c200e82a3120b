//! The section `webhooks` of the document: the requests that endpoints get (OpenAPI 3.1 §4.8.1).

use domain::{changes::ChangeType, webhooks::TEST_EVENT};
use serde_json::{Map, Value, json};

/// One entry for each type of event.
pub(super) fn webhooks() -> Value {
    let changes = ChangeType::ALL
        .iter()
        .map(|change| (change.as_str(), change.meaning(), "#/components/schemas/Change"));
    let test = (
        TEST_EVENT,
        "You have asked for a test.",
        "#/components/schemas/TestEventData",
    );
    let all = changes.chain([test]);
    let entries: Map<String, Value> = all
        .map(|(name, meaning, data)| (name.to_owned(), json!({ "post": operation(name, meaning, data) })))
        .collect();
    Value::Object(entries)
}

fn operation(name: &str, meaning: &str, data: &str) -> Value {
    json!({
        "tags": ["webhooks"],
        "summary": format!("Event {name}"),
        "operationId": format!("on_{}", name.replace('.', "_")),
        "description": format!("{meaning}\n\nSent to endpoints that get events of this type, signed as Standard Webhooks 1.0 describes."),
        "parameters": [
            header("webhook-id", "Id of the event, the same in each attempt."),
            header("webhook-timestamp", "When the attempt was made, in seconds since 1970."),
            header("webhook-signature", "`v1,` and the signature in base64; several, separated by spaces, while secrets are rotated."),
        ],
        "requestBody": { "required": true, "content": { "application/json": { "schema": {
            "type": "object",
            "additionalProperties": false,
            "required": ["type", "timestamp", "data"],
            "properties": {
                "type": { "const": name },
                "timestamp": { "type": "string", "format": "date-time", "description": "When it happened." },
                "data": { "$ref": data },
            },
        }}}},
        "responses": {
            "2XX": { "description": "Accepted. Any other status is retried." },
            "410": { "description": "The endpoint wants no more events and is disabled." },
        },
        "security": [],
    })
}

fn header(name: &str, description: &str) -> Value {
    json!({ "name": name, "in": "header", "required": true, "description": description, "schema": { "type": "string" } })
}
