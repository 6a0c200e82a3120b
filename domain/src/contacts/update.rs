//! Input of `POST /api/contacts/update_contact`.

use super::{Contact, MAX_CONTACT_NAME_LEN, fields};
use crate::{
    ApiError, ContactId, FieldCode, FieldErrors,
    jobapps::{present, web_url},
    normalize,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Body of `POST /api/contacts/update_contact`. Absent fields stay unchanged; `null` clears an optional field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateContactInput {
    /// The contact.
    pub contact_id: ContactId,
    /// 1 to 200 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub name: Option<String>,
    /// One email address.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 254))]
    pub email: Option<Option<String>>,
    /// Up to 50 characters.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 50))]
    pub phone: Option<Option<String>>,
    /// The role of the contact, such as recruiter; up to 200 characters.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 200))]
    pub role: Option<Option<String>>,
    /// Up to 200 characters.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 200))]
    pub company: Option<Option<String>>,
    /// An `http` or `https` URL of up to 2000 characters.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 2000))]
    pub url: Option<Option<String>>,
    /// Up to 5000 characters.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 5000))]
    pub notes: Option<Option<String>>,
}

/// A validated [`UpdateContactInput`]. `None` leaves a field unchanged.
#[expect(clippy::option_option, reason = "cleared and unchanged are different things")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactUpdate {
    /// The contact.
    pub contact_id: ContactId,
    name: Option<String>,
    email: Option<Option<String>>,
    phone: Option<Option<String>>,
    role: Option<Option<String>>,
    company: Option<Option<String>>,
    url: Option<Option<String>>,
    notes: Option<Option<String>>,
}

impl UpdateContactInput {
    /// An update without a change.
    pub fn unchanged(contact_id: ContactId) -> Self {
        Self {
            contact_id,
            name: None,
            email: None,
            phone: None,
            role: None,
            company: None,
            url: None,
            notes: None,
        }
    }

    /// Validates every field.
    ///
    /// # Errors
    /// `invalid` with every invalid field, or if no field was sent.
    pub fn parse(self) -> Result<ContactUpdate, ApiError> {
        let mut errors = FieldErrors::default();
        if self == Self::unchanged(self.contact_id) {
            errors.add("name", FieldCode::Required, "Send at least one field to change.");
        }
        let name = self
            .name
            .and_then(|name| errors.check("name", normalize::line(&name, 1, MAX_CONTACT_NAME_LEN)));
        let mut check = |field, value: Option<Option<String>>, rule: fn(Option<&str>) -> _| {
            value.and_then(|value| errors.check(field, rule(value.as_deref())))
        };
        let email = check("email", self.email, fields::email);
        let phone = check("phone", self.phone, fields::phone);
        let role = check("role", self.role, fields::short_text);
        let company = check("company", self.company, fields::short_text);
        let url = check("url", self.url, web_url);
        let notes = check("notes", self.notes, fields::notes);
        errors.into_result()?;
        Ok(ContactUpdate {
            contact_id: self.contact_id,
            name,
            email,
            phone,
            role,
            company,
            url,
            notes,
        })
    }
}

impl ContactUpdate {
    /// Applies the new values. Returns whether anything is different.
    pub fn apply(self, contact: &mut Contact, now: DateTime<Utc>) -> bool {
        let before = contact.clone();
        contact.name = self.name.unwrap_or_else(|| std::mem::take(&mut contact.name));
        contact.email = self.email.unwrap_or_else(|| contact.email.take());
        contact.phone = self.phone.unwrap_or_else(|| contact.phone.take());
        contact.role = self.role.unwrap_or_else(|| contact.role.take());
        contact.company = self.company.unwrap_or_else(|| contact.company.take());
        contact.url = self.url.unwrap_or_else(|| contact.url.take());
        contact.notes = self.notes.unwrap_or_else(|| contact.notes.take());
        let is_changed = *contact != before;
        if is_changed {
            contact.updated_at = now;
        }
        is_changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update(fields: &str) -> Result<(Contact, bool), ApiError> {
        let body = format!(r#"{{"contact_id":"00000000-0000-0000-0000-000000000001"{fields}}}"#);
        let input: UpdateContactInput = serde_json::from_str(&body).expect("shape");
        let mut contact: Contact = serde_json::from_str(
            r#"{"id":"00000000-0000-0000-0000-000000000001","name":"Ilse","email":"ilse@example.org","phone":null,"role":"Recruiter",
            "company":null,"url":null,"notes":null,"jobapp_ids":[],"created_at":"2026-11-01T00:00:00Z","updated_at":"2026-11-01T00:00:00Z"}"#,
        )
        .expect("a contact");
        let is_changed = input
            .parse()?
            .apply(&mut contact, "2026-11-20T00:00:00Z".parse().expect("a time"));
        Ok((contact, is_changed))
    }

    #[test]
    fn contact_update_changes_and_clears_only_what_was_sent() {
        let (contact, is_changed) = update(r#","email":null,"phone":" 12 ""#).expect("valid");
        assert!(is_changed);
        assert_eq!(
            (contact.email, contact.phone.as_deref(), contact.role.as_deref()),
            (None, Some("12"), Some("Recruiter"))
        );
        let (_, is_changed) = update(r#","name":"Ilse","phone":"  ""#).expect("valid");
        assert!(!is_changed);
    }

    #[test]
    fn contact_update_without_a_field_or_with_invalid_ones_is_rejected() {
        let fields = |fields: &str| -> Vec<String> {
            let errors = update(fields).expect_err("invalid").errors;
            errors.into_iter().map(|e| e.field).collect()
        };
        assert_eq!(fields(""), ["name"]);
        assert_eq!(
            fields(r#","name":" ","email":"x","url":"ftp://x""#),
            ["name", "email", "url"]
        );
    }
}
