//! The query string.

use super::input_error::{InputError, add_error, expectation};
use crate::error_response::ErrorResponse;
use axum::{
    extract::FromRequestParts,
    http::{Uri, request::Parts},
};
use domain::{ApiError, FieldErrors};
use serde::{
    Deserialize,
    de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor, value::MapDeserializer},
    forward_to_deserialize_any,
};
use std::borrow::Cow;

/// The deserialized query string.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ErrorResponse;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ErrorResponse> {
        Ok(Self(parse_query(&parts.uri)?))
    }
}

/// The query string of an endpoint without parameters. Unknown parameters are rejected rather than ignored.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoQuery {}

pub(super) fn parse_query<T: DeserializeOwned>(uri: &Uri) -> Result<T, ApiError> {
    let query = uri.query().unwrap_or_default().as_bytes();
    let mut invalid: Vec<String> = Vec::new();
    let mut errors = FieldErrors::default();
    loop {
        let pairs =
            form_urlencoded::parse(query).filter(|(name, _)| !invalid.iter().any(|other| other == name));
        let pairs = pairs.map(|(name, value)| (name, QueryValue(value)));
        let error = match serde_path_to_error::deserialize(MapDeserializer::new(pairs)) {
            Ok(input) if errors.0.is_empty() => return Ok(input),
            Ok(_) => return Err(errors.into()),
            Err(error) => error,
        };
        // A required parameter with an invalid value is removed before the next attempt, so it is not reported as missing.
        let is_missing = matches!(error.inner(), InputError::MissingField(_));
        if !is_missing || errors.0.is_empty() {
            add_error(&mut errors, &error.path().to_string(), error.inner());
        }
        // Try again without the invalid parameter.
        match errors.0.last() {
            Some(last) if !is_missing && errors.0.len() < MAX_ERRORS => invalid.push(last.field.clone()),
            _ => return Err(errors.into()),
        }
    }
}

/// Maximum number of errors to list.
const MAX_ERRORS: usize = 20;

/// The value of a parameter. Numbers and booleans are parsed from their text.
struct QueryValue<'a>(Cow<'a, str>);

/// Implements a deserializer method for a type that is parsed from text.
macro_rules! deserialize_parsed {
    ($($method:ident => $visit:ident;)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
            let invalid = |error: &dyn std::fmt::Display| {
                InputError::custom(error).or_expecting(expectation(&visitor))
            };
            let value = self.0.parse().map_err(|error| invalid(&error))?;
            visitor.$visit(value)
        })+
    };
}

impl<'de> Deserializer<'de> for QueryValue<'_> {
    type Error = InputError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        let expected = expectation(&visitor);
        let result = visitor.visit_string(self.0.into_owned());
        result.map_err(|error: InputError| error.or_expecting(expected))
    }

    deserialize_parsed! {
        deserialize_bool => visit_bool;
        deserialize_i8 => visit_i8;
        deserialize_i16 => visit_i16;
        deserialize_i32 => visit_i32;
        deserialize_i64 => visit_i64;
        deserialize_u8 => visit_u8;
        deserialize_u16 => visit_u16;
        deserialize_u32 => visit_u32;
        deserialize_u64 => visit_u64;
        deserialize_f64 => visit_f64;
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, InputError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        visitor.visit_enum(self.0.into_deserializer())
    }

    forward_to_deserialize_any! {
        i128 u128 f32 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
        ignored_any
    }
}

impl<'a> IntoDeserializer<'_, InputError> for QueryValue<'a> {
    type Deserializer = QueryValue<'a>;

    fn into_deserializer(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::jobapps::ListApplicationsInput;

    #[test]
    fn invalid_query_parameter_is_named() {
        let parse = |query: &str| {
            let uri = format!("/?{query}").parse().expect("URI");
            parse_query::<ListApplicationsInput>(&uri)
        };
        assert_eq!(parse("limit=5&q=a%20b").expect("valid").limit, Some(5));
        for (query, field) in [
            ("x=1", "x"),
            ("limit=1e3", "limit"),
            ("limit=1&limit=2", "limit"),
            ("outcome=lost", "outcome"),
        ] {
            assert_eq!(parse(query).expect_err(query).errors[0].field, field);
        }
        let error = parse("x=1&limit=1e3&outcome=lost&q=a").expect_err("invalid");
        let fields: Vec<&str> = error.errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["x", "limit", "outcome"]);
        assert!(error.errors[1].detail.contains("whole number"), "{error:?}");
    }
}
