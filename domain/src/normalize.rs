//! Validation and normalization of text input. The server normalizes it to NFC before.

use crate::FieldCode;

/// Why a text is invalid: the code and a detail for users.
pub type TextError = (FieldCode, String);

/// Trims a single line and checks its length in Unicode characters. Control characters are rejected.
pub fn line(value: &str, min: usize, max: usize) -> Result<String, TextError> {
    let value = value.trim();
    if value.chars().any(char::is_control) {
        return Err((FieldCode::InvalidFormat, "Remove the control characters.".into()));
    }
    check_length(value, min, max)?;
    Ok(value.to_owned())
}

/// As [`line()`], for text of several lines: tabs and line breaks are allowed.
pub fn lines(value: &str, min: usize, max: usize) -> Result<String, TextError> {
    let value = value.trim();
    if value
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
    {
        return Err((FieldCode::InvalidFormat, "Remove the control characters.".into()));
    }
    check_length(value, min, max)?;
    Ok(value.replace("\r\n", "\n"))
}

/// An optional line; one that is blank counts as `None`.
pub fn optional_line(value: Option<&str>, max: usize) -> Result<Option<String>, TextError> {
    match value {
        None => Ok(None),
        Some(value) => line(value, 0, max).map(|v| (!v.is_empty()).then_some(v)),
    }
}

fn check_length(value: &str, min: usize, max: usize) -> Result<(), TextError> {
    let n = value.chars().count();
    if n < min {
        let detail = if n == 0 {
            "This field is required.".into()
        } else {
            format!("Use at least {min} characters.")
        };
        return Err((
            if n == 0 {
                FieldCode::Required
            } else {
                FieldCode::TooShort
            },
            detail,
        ));
    }
    if n > max {
        return Err((
            FieldCode::TooLong,
            format!("Use at most {max} characters; this has {n}."),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_after_trimming_and_control_characters_are_rejected() {
        assert_eq!(line("  Zoë  ", 1, 3), Ok("Zoë".into()));
        assert_eq!(line("\u{0}", 0, 9).unwrap_err().0, FieldCode::InvalidFormat);
        assert_eq!(line(" ", 1, 9).unwrap_err().0, FieldCode::Required);
        assert_eq!(line("abcd", 1, 3).unwrap_err().0, FieldCode::TooLong);
        assert_eq!(lines("a\r\nb\tc", 1, 9), Ok("a\nb\tc".into()));
        assert_eq!(optional_line(Some("  "), 5), Ok(None));
    }
}
