//! Why input cannot be deserialized, as data instead of serde's English message.

use domain::{ApiError, ErrorCode, FieldCode, FieldErrors};
use serde::de::{self, Expected, Unexpected, Visitor};
use std::fmt::{self, Display};

/// A deserialization error.
#[derive(Debug)]
pub(super) enum InputError {
    UnknownField(String),
    MissingField(&'static str),
    DuplicateField(&'static str),
    UnknownVariant(&'static [&'static str]),
    WrongType {
        expected: String,
    },
    InvalidFormat {
        message: String,
        /// What the type expects, if known.
        expected: Option<String>,
    },
}

impl InputError {
    /// Adds what the type expects to an error about the format.
    pub(super) fn or_expecting(self, expected: impl Into<String>) -> Self {
        match self {
            Self::InvalidFormat {
                message,
                expected: None,
            } => Self::InvalidFormat {
                message,
                expected: Some(expected.into()),
            },
            error => error,
        }
    }
}

/// What a type expects, in the words of serde.
pub(super) fn expectation<'de, V: Visitor<'de>>(visitor: &V) -> String {
    let expected: &dyn Expected = visitor;
    expected.to_string()
}

impl Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownField(name) => write!(f, "unknown field {name}"),
            Self::MissingField(name) => write!(f, "missing field {name}"),
            Self::DuplicateField(name) => write!(f, "duplicate field {name}"),
            Self::UnknownVariant(allowed) => write!(f, "not one of {}", allowed.join(", ")),
            Self::WrongType { expected } => write!(f, "not {expected}"),
            Self::InvalidFormat { message, .. } => f.write_str(message),
        }
    }
}

impl std::error::Error for InputError {}

impl de::Error for InputError {
    fn custom<T: Display>(message: T) -> Self {
        Self::InvalidFormat {
            message: message.to_string(),
            expected: None,
        }
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::WrongType {
            expected: expected.to_string(),
        }
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::InvalidFormat {
            message: format!("invalid value {unexpected}"),
            expected: Some(expected.to_string()),
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

/// Adds the error for the client, with the name of the field. `path` is the path of `serde_path_to_error`.
pub(super) fn add_error(errors: &mut FieldErrors, path: &str, error: &InputError) {
    let field = if is_root(path) { "body" } else { path };
    match error {
        InputError::UnknownField(name) => errors.add(
            &member(path, name),
            FieldCode::UnknownField,
            "There is no such field. Check its spelling.",
        ),
        InputError::MissingField(name) => {
            errors.add(&member(path, name), FieldCode::Required, "Send this field.");
        }
        InputError::DuplicateField(name) => errors.add(
            &member(path, name),
            FieldCode::InvalidFormat,
            "Send this field only once.",
        ),
        InputError::UnknownVariant(allowed) => errors.add(
            field,
            FieldCode::NotAllowed,
            match allowed {
                [only] => format!("Use {only}."),
                [first, second] => format!("Use {first} or {second}."),
                _ => format!("Use one of {}.", allowed.join(", ")),
            },
        ),
        InputError::WrongType { expected } => {
            let detail = format!("This must be {}.", describe(expected));
            errors.add(field, FieldCode::WrongType, detail);
        }
        InputError::InvalidFormat { expected, .. } => {
            let detail = match expected {
                Some(expected) => format!("The format is not valid. Send {}.", describe(expected)),
                None => "The format is not valid. See the documentation.".to_owned(),
            };
            errors.add(field, FieldCode::InvalidFormat, detail);
        }
    }
}

/// Translates the expectations of serde, chrono and uuid to the words of the documentation.
fn describe(expected: &str) -> &str {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "i8" | "i16" | "i32" | "i64" => "a whole number in the allowed range",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "a sequence" => "an array",
        text if text.contains("date and time") => "a time as in RFC 3339, such as 2026-03-02T09:30:00Z",
        text if text.contains("formatted date") => "a date such as 2026-03-02",
        text if text.contains("UUID") => "a UUID, such as 019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f",
        text => text,
    }
}

/// The error for a body that is not JSON.
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

pub(super) fn is_root(path: &str) -> bool {
    matches!(path, "." | "" | "?")
}

/// The path of a member of the object at `path`. Depending on the error, `path` may already end with its name.
pub(super) fn member(path: &str, name: &str) -> String {
    if is_root(path) {
        name.to_owned()
    } else if path == name || path.ends_with(&format!(".{name}")) {
        path.to_owned()
    } else {
        format!("{path}.{name}")
    }
}
