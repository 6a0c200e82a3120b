//! Why input does not deserialize, as data instead of serde's English message.

use domain::{ApiError, ErrorCode, FieldCode};
use serde::de::{self, Expected, Unexpected};
use std::fmt::{self, Display};

/// An error of a deserializer.
#[derive(Debug)]
pub(super) enum InputError {
    UnknownField(String),
    MissingField(&'static str),
    DuplicateField(&'static str),
    UnknownVariant(&'static [&'static str]),
    WrongType { expected: String },
    InvalidFormat(String),
}

impl Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownField(name) => write!(f, "unknown field {name}"),
            Self::MissingField(name) => write!(f, "missing field {name}"),
            Self::DuplicateField(name) => write!(f, "duplicate field {name}"),
            Self::UnknownVariant(allowed) => write!(f, "not one of {}", allowed.join(", ")),
            Self::WrongType { expected } => write!(f, "not {expected}"),
            Self::InvalidFormat(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for InputError {}

impl de::Error for InputError {
    fn custom<T: Display>(message: T) -> Self {
        Self::InvalidFormat(message.to_string())
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::WrongType {
            expected: expected.to_string(),
        }
    }

    fn unknown_variant(_: &str, allowed: &'static [&'static str]) -> Self {
        Self::UnknownVariant(allowed)
    }

    fn unknown_field(name: &str, _: &'static [&'static str]) -> Self {
        Self::UnknownField(name.to_owned())
    }

    fn missing_field(name: &'static str) -> Self {
        Self::MissingField(name)
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::DuplicateField(name)
    }
}

/// The error for the client, with the name of the field.
pub(super) fn to_api_error(error: serde_path_to_error::Error<InputError>) -> ApiError {
    let path = error.path().to_string();
    let field = if is_root(&path) { "body" } else { path.as_str() };
    match error.into_inner() {
        InputError::UnknownField(name) => ApiError::field(
            &member(&path, &name),
            FieldCode::UnknownField,
            "There is no such field. Check its spelling.",
        ),
        InputError::MissingField(name) => {
            ApiError::field(&member(&path, name), FieldCode::Required, "Send this field.")
        }
        InputError::DuplicateField(name) => ApiError::field(
            &member(&path, name),
            FieldCode::InvalidFormat,
            "Send this field only once.",
        ),
        InputError::UnknownVariant(allowed) => ApiError::field(
            field,
            FieldCode::NotAllowed,
            match allowed {
                [only] => format!("Use {only}."),
                [first, second] => format!("Use {first} or {second}."),
                _ => format!("Use one of {}.", allowed.join(", ")),
            },
        ),
        InputError::WrongType { expected } => {
            ApiError::field(field, FieldCode::WrongType, format!("This must be {expected}."))
        }
        InputError::InvalidFormat(_) => ApiError::field(
            field,
            FieldCode::InvalidFormat,
            "The format is not valid. See the documentation.",
        ),
    }
}

/// Bytes that are not JSON.
pub(super) fn malformed(error: &serde_json::Error) -> ApiError {
    ApiError::new(
        ErrorCode::Malformed,
        format!(
            "The body is not valid JSON: line {}, column {}.",
            error.line(),
            error.column()
        ),
    )
}

fn is_root(path: &str) -> bool {
    matches!(path, "." | "" | "?")
}

/// The path of a member of the object at `path`. Depending on the error, `path` may already end with its name.
fn member(path: &str, name: &str) -> String {
    if is_root(path) {
        name.to_owned()
    } else if path == name || path.ends_with(&format!(".{name}")) {
        path.to_owned()
    } else {
        format!("{path}.{name}")
    }
}
