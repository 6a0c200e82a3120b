//! A response of the router, with the assertions that most tests need.

use axum::http::{HeaderMap, StatusCode, header};
use serde_json::Value;

/// A complete response.
#[derive(Debug)]
pub struct TestResponse {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    /// The parsed body; `null` when it is empty or not JSON.
    pub json: Value,
}

impl TestResponse {
    pub fn new(status: StatusCode, headers: HeaderMap, text: String) -> Self {
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self {
            status,
            headers,
            text,
            json,
        }
    }

    /// The body. Asserts the status.
    pub fn expect_status(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self.json
    }

    /// Status and body, without the request id of error responses. Two responses are equivalent if these are equal.
    pub fn comparable(&self) -> (StatusCode, Value) {
        let mut json = self.json.clone();
        if let Some(object) = json.as_object_mut() {
            object.remove("request_id");
        }
        (self.status, json)
    }

    /// The code of the problem document. Asserts the status, and that the document is complete.
    pub fn expect_problem(self, status: u16) -> String {
        assert_eq!(
            self.headers["content-type"], "application/problem+json",
            "{}",
            self.text
        );
        let body = self.expect_status(status);
        assert_eq!(body["status"], status);
        for member in ["type", "title", "detail"] {
            assert!(
                body[member].as_str().is_some_and(|t| !t.is_empty()),
                "{member} of {body}"
            );
        }
        body["code"].as_str().expect("code").to_owned()
    }

    /// The names of the invalid fields. Asserts that the response is a validation error.
    pub fn invalid_fields(self) -> Vec<String> {
        let body = self.expect_status(422);
        assert_eq!(body["code"], "invalid");
        let errors = body["errors"].as_array().expect("errors").clone();
        errors
            .iter()
            .map(|e| e["field"].as_str().expect("field").to_owned())
            .collect()
    }

    /// The value of a header, or an empty string.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|v| v.to_str().ok());
        value.unwrap_or_default()
    }

    /// The target of the redirect, or an empty string.
    pub fn location(&self) -> &str {
        self.header(header::LOCATION.as_str())
    }

    /// The session cookie as `name=value`, if the response sets one.
    pub fn session_cookie(&self) -> Option<String> {
        let set = self
            .headers
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(|v| v.to_str().ok());
        set.filter_map(|v| v.split(';').next())
            .find(|v| v.starts_with("__Host-jobhax="))
            .map(str::to_owned)
    }
}
