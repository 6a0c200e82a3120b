//! Calls of server functions from an island.

use super::js;
use crate::error::AppError;
use leptos::{ev::SubmitEvent, wasm_bindgen::JsValue};
use serde::de::DeserializeOwned;

/// Calls a server function with its arguments as form fields.
pub async fn call<T: DeserializeOwned>(url: &str, fields: &[(&str, &str)]) -> Result<T, AppError> {
    let fields = fields.iter().flat_map(|(name, value)| [*name, *value]);
    let response = js::send_fields(url, fields.map(str::to_owned).collect()).await;
    read_response(response).and_then(|text| parse_response(&text))
}

/// Sends the form of a submit event and returns the text of the response.
pub async fn send_form(event: &SubmitEvent) -> Result<String, AppError> {
    read_response(js::send_form(event).await)
}

pub fn parse_response<T: DeserializeOwned>(text: &str) -> Result<T, AppError> {
    serde_json::from_str(text).map_err(|_| AppError::outdated_page())
}

/// Reads the result of a promise. A rejected promise contains the text of the error response, or an empty string if there was no
/// response.
fn read_response(response: Result<JsValue, JsValue>) -> Result<String, AppError> {
    let text = |value: JsValue| value.as_string().unwrap_or_default();
    response.map(text).map_err(|error| match text(error) {
        empty if empty.is_empty() => AppError::unreachable(),
        problem => parse_response(&problem).unwrap_or_else(|error| error),
    })
}
