//! Validation of the fields of contacts.

use super::{MAX_CONTACT_NAME_LEN, MAX_CONTACT_NOTES_LEN, MAX_PHONE_LEN};
use crate::{normalize, normalize::TextError, users::EmailAddress};

/// Validates an email address. A blank one counts as `None`.
pub(super) fn email(value: Option<&str>) -> Result<Option<String>, TextError> {
    match value.filter(|value| !value.trim().is_empty()) {
        None => Ok(None),
        Some(value) => EmailAddress::parse(value).map(|email| Some(email.as_str().to_owned())),
    }
}

/// Validates a phone number. Any text is accepted, because people add spaces, extensions, or when to call.
pub(super) fn phone(value: Option<&str>) -> Result<Option<String>, TextError> {
    normalize::optional_line(value, MAX_PHONE_LEN)
}

/// Validates a role or a company.
pub(super) fn short_text(value: Option<&str>) -> Result<Option<String>, TextError> {
    normalize::optional_line(value, MAX_CONTACT_NAME_LEN)
}

/// Validates notes. Blank notes count as `None`.
pub(super) fn notes(value: Option<&str>) -> Result<Option<String>, TextError> {
    let Some(value) = value else { return Ok(None) };
    let notes = normalize::lines(value, 0, MAX_CONTACT_NOTES_LEN)?;
    Ok((!notes.is_empty()).then_some(notes))
}
