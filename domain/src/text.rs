//! Rules for text that people and programs send. Normalising to NFC is the server's work and comes first.

use crate::FieldCode;

/// What is wrong with a value: code for programs, sentence for people.
pub type TextError = (FieldCode, String);

/// Trims a single line and checks its length in Unicode characters. Control characters are refused.
pub fn line(value: &str, min: usize, max: usize) -> Result<String, TextError> {
    let value = value.trim();
    if value.chars().any(char::is_control) {
        return Err((FieldCode::InvalidFormat, "Remove the control characters.".into()));
    }
    length(value, min, max)?;
    Ok(value.to_owned())
}

/// As [`line()`], for text of several lines: tab and line break are allowed.
pub fn lines(value: &str, min: usize, max: usize) -> Result<String, TextError> {
    let value = value.trim();
    if value
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
    {
        return Err((FieldCode::InvalidFormat, "Remove the control characters.".into()));
    }
    length(value, min, max)?;
    Ok(value.replace("\r\n", "\n"))
}

/// An optional line: nothing but blanks counts as nothing.
pub fn optional_line(value: Option<&str>, max: usize) -> Result<Option<String>, TextError> {
    match value {
        None => Ok(None),
        Some(value) => line(value, 0, max).map(|v| (!v.is_empty()).then_some(v)),
    }
}

fn length(value: &str, min: usize, max: usize) -> Result<(), TextError> {
    let n = value.chars().count();
    if n < min {
        let detail = if n == 0 {
            "Fill this in.".into()
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
    fn counts_characters_after_trimming_and_refuses_controls() {
        assert_eq!(line("  Zoë  ", 1, 3), Ok("Zoë".into()));
        assert_eq!(line("\u{0}", 0, 9).unwrap_err().0, FieldCode::InvalidFormat);
        assert_eq!(line(" ", 1, 9).unwrap_err().0, FieldCode::Required);
        assert_eq!(line("abcd", 1, 3).unwrap_err().0, FieldCode::TooLong);
        assert_eq!(lines("a\r\nb\tc", 1, 9), Ok("a\nb\tc".into()));
        assert_eq!(optional_line(Some("  "), 5), Ok(None));
    }
}
