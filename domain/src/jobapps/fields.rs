//! Checks of fields that several operations share.

use crate::{
    FieldCode, FieldErrors,
    normalize::{self, TextError},
};
use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Deserializer};

/// The source of an application when none is given.
pub const DEFAULT_SOURCE: &str = "Manual";
pub(super) const MAX_TAGS: usize = 20;
pub(super) const MAX_TAG_LEN: usize = 40;
const MAX_URL_LEN: usize = 2000;

/// Distinguishes `null` from an absent field.
#[expect(clippy::option_option, reason = "null and absent mean different things here")]
pub(crate) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    d: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(d).map(Some)
}

/// The apply date, which has two names. Adds an error if both are sent or the date is out of range.
pub(super) fn apply_date(
    application_date: Option<NaiveDate>,
    apply_date: Option<NaiveDate>,
    errors: &mut FieldErrors,
) -> Option<NaiveDate> {
    if application_date.is_some() && apply_date.is_some() {
        errors.add(
            "apply_date",
            FieldCode::Conflicting,
            "Send application_date or apply_date, not both.",
        );
    }
    let date = application_date.or(apply_date);
    if date.is_some_and(|d| !is_plausible_date(d)) {
        let field = if application_date.is_some() {
            "application_date"
        } else {
            "apply_date"
        };
        errors.add(
            field,
            FieldCode::OutOfRange,
            "Use a date between 1970-01-01 and 2099-12-31.",
        );
    }
    date
}

pub(super) fn is_plausible_date(date: NaiveDate) -> bool {
    (1970..=2099).contains(&date.year())
}

/// Validates a date that a query compares with. Postgres supports a smaller range than chrono.
pub(crate) fn date_bound(date: Option<NaiveDate>) -> Result<Option<NaiveDate>, TextError> {
    if date.is_some_and(|date| !(1..=9999).contains(&date.year())) {
        let detail = "Use a date between 0001-01-01 and 9999-12-31.";
        return Err((FieldCode::OutOfRange, detail.into()));
    }
    Ok(date)
}

/// An optional link to a web page.
pub(crate) fn web_url(value: Option<&str>) -> Result<Option<String>, TextError> {
    let Some(value) = normalize::optional_line(value, MAX_URL_LEN)? else {
        return Ok(None);
    };
    let lower = value.to_ascii_lowercase();
    let host = lower
        .strip_prefix("https://")
        .or_else(|| lower.strip_prefix("http://"));
    let is_valid =
        host.is_some_and(|h| h.chars().next().is_some_and(char::is_alphanumeric)) && !value.contains(' ');
    if is_valid {
        Ok(Some(value))
    } else {
        Err((
            FieldCode::InvalidFormat,
            "Use a URL that starts with http:// or https://.".into(),
        ))
    }
}

/// Validates tags and removes duplicates, keeping the order. Adds an error for each invalid tag.
pub(super) fn check_tags(errors: &mut FieldErrors, field: &str, values: Vec<String>) -> Option<Vec<String>> {
    if values.len() > MAX_TAGS {
        errors.add(field, FieldCode::TooLong, format!("Use at most {MAX_TAGS} tags."));
        return None;
    }
    let checked = values.iter().map(|value| normalize::line(value, 1, MAX_TAG_LEN));
    errors.check_items(field, checked)
}
