//! Validation and normalization of text input. The server converts it to NFC first.

use crate::{FieldCode, numbers::group_len};
use chrono::{DateTime, Datelike as _, Utc};

/// Why a text is invalid: the code and a detail for users.
pub type TextError = (FieldCode, String);

/// Maximum length of a token from an email in bytes. The tokens we issue have 43.
const MAX_EMAIL_TOKEN_LEN: usize = 200;

/// Trims a single line and checks its length in Unicode characters. Rejects control characters and text without a visible character.
/// Removes characters that change the text direction, because they would affect the surrounding text as well.
pub fn line(value: &str, min: usize, max: usize) -> Result<String, TextError> {
    let value = value.trim();
    if value.chars().any(char::is_control) {
        return Err((FieldCode::InvalidFormat, "Remove the control characters.".into()));
    }
    check_visible(value)?;
    let value: String = value.chars().filter(|c| !is_direction_control(*c)).collect();
    let value = value.trim();
    check_length(value, min, max)?;
    Ok(value.to_owned())
}

/// Trims a token from an email and checks its length.
pub fn email_token(token: &str) -> Result<&str, TextError> {
    let token = token.trim();
    if token.is_empty() {
        Err((
            FieldCode::Required,
            "Enter the token from the link in the email.".into(),
        ))
    } else if token.len() > MAX_EMAIL_TOKEN_LEN {
        Err((FieldCode::TooLong, "This is not a valid token.".into()))
    } else {
        Ok(token)
    }
}

/// Bidirectional embeddings, overrides and isolates. Direction marks are allowed: they act like a single character and are part of the
/// text.
pub const fn is_direction_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Like [`line()`], for text of several lines: tabs and line breaks are allowed.
pub fn lines(value: &str, min: usize, max: usize) -> Result<String, TextError> {
    let value = value.trim();
    if value
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
    {
        return Err((FieldCode::InvalidFormat, "Remove the control characters.".into()));
    }
    check_visible(value)?;
    check_length(value, min, max)?;
    Ok(value.replace("\r\n", "\n"))
}

/// An optional line; a blank one counts as `None`.
pub fn optional_line(value: Option<&str>, max: usize) -> Result<Option<String>, TextError> {
    match value {
        None => Ok(None),
        Some(value) => line(value, 0, max).map(|v| (!v.is_empty()).then_some(v)),
    }
}

/// Whether the text has a character that is neither whitespace nor invisible.
pub fn is_visible(value: &str) -> bool {
    value.chars().any(|c| !c.is_whitespace() && !is_invisible(c))
}

/// Invisible characters: formatting characters, variation selectors, direction controls and fillers.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn check_visible(value: &str) -> Result<(), TextError> {
    if value.is_empty() || is_visible(value) {
        return Ok(());
    }
    Err((
        FieldCode::InvalidFormat,
        "This has only characters that cannot be seen. Enter a text.".into(),
    ))
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
            format!(
                "Use at most {} characters; this has {}.",
                group_len(max),
                group_len(n)
            ),
        ));
    }
    Ok(())
}

/// Validates a time that a query compares with, so that Postgres can represent it.
pub(crate) fn time_bound(time: Option<DateTime<Utc>>) -> Result<Option<DateTime<Utc>>, TextError> {
    if time.is_some_and(|time| !(1..=9999).contains(&time.year())) {
        return Err((FieldCode::OutOfRange, "Use a year from 1 to 9999.".into()));
    }
    Ok(time)
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

    #[test]
    fn direction_controls_are_removed_from_lines_and_marks_are_kept() {
        for (text, expected) in [
            ("Moss \u{202e}gnp.exe", "Moss gnp.exe"),
            ("\u{2068}Fernway\u{2069}", "Fernway"),
            ("\u{202a} Moss \u{202c}", "Moss"),
            ("\u{200f}אבג\u{200e}", "\u{200f}אבג\u{200e}"),
        ] {
            assert_eq!(line(text, 1, 15), Ok(expected.into()), "{text:?}");
            assert_eq!(
                optional_line(Some(text), 15),
                Ok(Some(expected.into())),
                "{text:?}"
            );
        }
        for c in ('\0'..=char::MAX).filter(|c| is_direction_control(*c)) {
            assert_eq!(line(&format!("a{c}b"), 1, 2), Ok("ab".into()), "{c:?}");
            assert_eq!(
                line(&c.to_string(), 0, 9).unwrap_err().0,
                FieldCode::InvalidFormat
            );
        }
    }

    #[test]
    fn text_of_which_nothing_is_visible_is_rejected() {
        for text in [
            "\u{200b}",
            "\u{202e} \u{2066}",
            "\u{3164}",
            "\u{feff}\u{fe0f}",
            "\u{2800}",
            "\u{e0041}",
        ] {
            for result in [line(text, 1, 9), lines(text, 1, 9), line(text, 0, 9)] {
                assert_eq!(result.unwrap_err().0, FieldCode::InvalidFormat, "{text:?}");
            }
            assert!(optional_line(Some(text), 9).is_err(), "{text:?}");
        }
        // Invisible characters are valid within emoji and some scripts.
        for text in ["👩\u{200d}🍳", "نامه\u{200c}ای", "☎\u{fe0f}", "."] {
            assert_eq!(line(text, 1, 9), Ok(text.into()));
        }
    }
}
