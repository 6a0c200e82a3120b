//! Changing the profile.

use crate::{FieldCode, FieldErrors, normalize};
use serde::{Deserialize, Deserializer, Serialize};

/// Body of `POST /api/users/update_profile`. Absent fields stay unchanged; `null` removes a name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateProfileInput {
    /// Given name, up to 100 characters.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 100))]
    pub first_name: Option<Option<String>>,
    /// Family name, up to 100 characters.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 100))]
    pub last_name: Option<Option<String>>,
    /// IANA time zone name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

/// Distinguishes `null` from an absent field.
#[expect(clippy::option_option, reason = "null and absent mean different things here")]
fn present<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(d).map(Some)
}

/// An [`UpdateProfileInput`] with valid fields, except for the time zone, which only the server can check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileUpdate {
    /// New given name, if it changes.
    pub first_name: Option<Option<String>>,
    /// New family name, if it changes.
    pub last_name: Option<Option<String>>,
    /// New time zone, if it changes; not checked yet.
    pub time_zone: Option<String>,
}

impl UpdateProfileInput {
    /// Validates the fields and adds all problems to `errors`.
    pub fn parse(self, errors: &mut FieldErrors) -> Option<ProfileUpdate> {
        if self.first_name.is_none() && self.last_name.is_none() && self.time_zone.is_none() {
            errors.add(
                "first_name",
                FieldCode::Required,
                "Send at least one of first_name, last_name and time_zone.",
            );
        }
        let mut name = |field, value: Option<Option<String>>| match value {
            None => Some(None),
            Some(value) => errors
                .check(field, normalize::optional_line(value.as_deref(), 100))
                .map(Some),
        };
        let first_name = name("first_name", self.first_name);
        let last_name = name("last_name", self.last_name);
        Some(ProfileUpdate {
            first_name: first_name?,
            last_name: last_name?,
            time_zone: self.time_zone,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn update_profile_absent_field_stays_and_null_clears() {
        let parse = |json: &str| {
            let mut errors = FieldErrors::default();
            let input: UpdateProfileInput = serde_json::from_str(json).expect("shape");
            (input.parse(&mut errors), errors)
        };
        let (update, _) = parse(r#"{"first_name": null, "last_name": " Winter "}"#);
        let update = update.expect("valid");
        assert_eq!(update.first_name, Some(None));
        assert_eq!(update.last_name, Some(Some("Winter".into())));
        assert_eq!(update.time_zone, None);
        assert_eq!(parse("{}").1.0.len(), 1);
        let long = format!(
            r#"{{"first_name": "{}", "last_name": "a\u0000"}}"#,
            "x".repeat(101)
        );
        assert_eq!(parse(&long).1.0.len(), 2);
    }
}
