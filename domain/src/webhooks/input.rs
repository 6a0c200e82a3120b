//! Input of the operations on webhooks.

use super::{DeliveryStatus, MAX_DESCRIPTION_LEN, MAX_URL_LEN};
use crate::{
    ApiError, FieldCode, FieldErrors, WebhookDeliveryId, WebhookEndpointId, changes::ChangeType, normalize,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Maximum number of names in `events`.
const MAX_EVENTS: usize = 50;
/// Selects all types.
const ALL_TYPES: &str = "*";

/// Body of `POST /api/webhooks/add_endpoint`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddEndpointInput {
    /// Where to send events: an `https` URL whose host is on the public internet.
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub url: String,
    /// The types of events to send, at least one: types, `jobapp.*` for all of a kind, or `*` for all.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 50))]
    pub events: Vec<String>,
    /// A description. Up to 200 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub description: Option<String>,
}

/// Body of `POST /api/webhooks/update_endpoint`. Absent fields stay unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateEndpointInput {
    /// The endpoint.
    pub endpoint_id: WebhookEndpointId,
    /// Where to send events.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub url: Option<String>,
    /// The types of events to send, at least one.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 50))]
    pub events: Option<Vec<String>>,
    /// A description. Up to 200 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub description: Option<String>,
    /// Whether the endpoint receives events. An endpoint that is enabled again receives later events only; use `recover` for earlier ones.
    #[serde(default)]
    pub enabled: Option<bool>,
}

/// Names a webhook endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EndpointRef {
    /// The endpoint.
    pub endpoint_id: WebhookEndpointId,
}

/// Query of `GET /api/webhooks/get_deliveries`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ListDeliveriesInput {
    /// The endpoint.
    pub endpoint_id: WebhookEndpointId,
    /// Only deliveries that stand so.
    #[serde(default)]
    pub status: Option<DeliveryStatus>,
    /// `next_cursor` of the previous page.
    #[serde(default)]
    pub cursor: Option<String>,
    /// 1 to 500; defaults to 100.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
    pub limit: Option<u32>,
}

/// Body of `POST /api/webhooks/redeliver`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DeliveryRef {
    /// The delivery.
    pub delivery_id: WebhookDeliveryId,
}

/// Body of `POST /api/webhooks/recover`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RecoverInput {
    /// The endpoint.
    pub endpoint_id: WebhookEndpointId,
    /// Since when to send what was not delivered; at most 30 days ago. A time before the endpoint was added stands for that of its addition.
    pub since: DateTime<Utc>,
}

/// A validated [`AddEndpointInput`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointSettings {
    /// Where to send events.
    pub url: String,
    /// Names of types, each once.
    pub events: Vec<String>,
    /// The description.
    pub description: String,
}

/// A validated [`UpdateEndpointInput`]. `None` leaves a field unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointUpdate {
    /// Where to send events.
    pub url: Option<String>,
    /// Names of types, each once.
    pub events: Option<Vec<String>>,
    /// The description.
    pub description: Option<String>,
    /// Whether the endpoint receives events.
    pub enabled: Option<bool>,
}

impl AddEndpointInput {
    /// Validates every field. `check_url` checks the format of the URL; its error is a detail for users.
    ///
    /// # Errors
    /// `invalid` with every invalid field.
    pub fn parse(self, check_url: impl Fn(&str) -> Result<(), String>) -> Result<EndpointSettings, ApiError> {
        let mut errors = FieldErrors::default();
        let url = errors.check("url", parse_url(&self.url, check_url));
        let events = check_events(&mut errors, &self.events);
        let description = self.description.as_deref().unwrap_or_default();
        let description = errors.check(
            "description",
            normalize::line(description, 0, MAX_DESCRIPTION_LEN),
        );
        errors.into_result()?;
        Ok(EndpointSettings {
            url: url.unwrap_or_default(),
            events: events.unwrap_or_default(),
            description: description.unwrap_or_default(),
        })
    }
}

impl UpdateEndpointInput {
    /// Validates every field. `check_url` checks the format of the URL; its error is a detail for users.
    ///
    /// # Errors
    /// `invalid` with every invalid field, or if no field was sent.
    pub fn parse(self, check_url: impl Fn(&str) -> Result<(), String>) -> Result<EndpointUpdate, ApiError> {
        let mut errors = FieldErrors::default();
        if self.url.is_none() && self.events.is_none() && self.description.is_none() && self.enabled.is_none()
        {
            errors.add("url", FieldCode::Required, "Send at least one field to change.");
        }
        let url = self
            .url
            .and_then(|url| errors.check("url", parse_url(&url, check_url)));
        let events = self.events.and_then(|events| check_events(&mut errors, &events));
        let description = self
            .description
            .and_then(|text| errors.check("description", normalize::line(&text, 0, MAX_DESCRIPTION_LEN)));
        errors.into_result()?;
        Ok(EndpointUpdate {
            url,
            events,
            description,
            enabled: self.enabled,
        })
    }
}

/// The types that the names select, in declaration order.
pub fn types_of(names: &[String]) -> Vec<ChangeType> {
    if names.iter().any(|name| name == ALL_TYPES) {
        return ChangeType::ALL.to_vec();
    }
    ChangeType::matching_any(names.iter().map(String::as_str))
}

/// Checks the format of the URL.
fn parse_url(text: &str, check: impl Fn(&str) -> Result<(), String>) -> Result<String, (FieldCode, String)> {
    let url = normalize::line(text, 1, MAX_URL_LEN)?;
    check(&url).map_err(|detail| (FieldCode::InvalidFormat, detail))?;
    Ok(url)
}

/// The names without duplicates, in order. Adds an error for each unknown name.
fn check_events(errors: &mut FieldErrors, names: &[String]) -> Option<Vec<String>> {
    if names.is_empty() {
        errors.add(
            "events",
            FieldCode::Required,
            "Choose at least one type of event.",
        );
        return None;
    }
    if names.len() > MAX_EVENTS {
        let detail =
            format!("Send at most {MAX_EVENTS} types. jobapp.* stands for all types of applications.");
        errors.add("events", FieldCode::TooLong, detail);
        return None;
    }
    let checked = names.iter().map(|name| match name.trim() {
        ALL_TYPES => Ok(ALL_TYPES.to_owned()),
        name => ChangeType::check_name(name).map(|()| name.to_owned()),
    });
    errors.check_items("events", checked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn names_stand_for_their_types() {
        assert_eq!(types_of(&names(&["*"])), ChangeType::ALL);
        assert_eq!(
            types_of(&names(&["task.created", "note.*", "note.created"])),
            [
                ChangeType::NoteCreated,
                ChangeType::NoteUpdated,
                ChangeType::NoteDeleted,
                ChangeType::TaskCreated
            ]
        );
        assert!(types_of(&[]).is_empty());
    }

    #[test]
    fn unknown_names_are_invalid_and_repeated_ones_are_one() {
        for invalid in [&[][..], &["jobapp"], &["note.created", ""], &["**"], &["n.*"]] {
            let mut errors = FieldErrors::default();
            assert_eq!(check_events(&mut errors, &names(invalid)), None, "{invalid:?}");
            assert!(errors.into_result().is_err(), "{invalid:?}");
        }
        let mut errors = FieldErrors::default();
        assert_eq!(
            check_events(&mut errors, &names(&["jobapp.*", " jobapp.* ", "*"])),
            Some(names(&["jobapp.*", "*"]))
        );
        check_events(&mut errors, &names(&["jobapp", "note.*", "**"]));
        let fields: Vec<&str> = errors.0.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["events[0]", "events[2]"]);
    }

    #[test]
    fn every_invalid_field_is_reported() {
        for url in [" ", "ftp://example.com/"] {
            let input = AddEndpointInput {
                url: url.into(),
                events: vec![],
                description: Some("x".repeat(201)),
            };
            let error = input.parse(|_| Err("Use https.".into())).expect_err("invalid");
            let fields: Vec<_> = error.errors.iter().map(|e| e.field.as_str()).collect();
            assert_eq!(fields, ["url", "events", "description"]);
        }
        let empty = UpdateEndpointInput {
            endpoint_id: uuid::Uuid::nil().into(),
            url: None,
            events: None,
            description: None,
            enabled: None,
        };
        assert!(empty.parse(|_| Ok(())).is_err());
    }
}
