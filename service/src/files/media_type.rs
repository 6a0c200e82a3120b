//! The media type of a file by its content.

/// Formats of documents and pictures that are accepted. Text is recognized by [`is_text`].
const ACCEPTED: [&str; 9] = [
    "application/pdf",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/rtf",
    "text/rtf",
    "image/png",
    "image/jpeg",
];

/// The media type; `None` for a format that is not accepted.
pub(super) fn detect(content: &[u8]) -> Option<&'static str> {
    match infer::get(content) {
        Some(found) if found.matcher_type() == infer::MatcherType::Text && is_text(content) => {
            Some("text/plain; charset=utf-8")
        }
        Some(found) => ACCEPTED
            .into_iter()
            .find(|accepted| *accepted == found.mime_type()),
        None if is_text(content) => Some("text/plain; charset=utf-8"),
        None => None,
    }
}

/// Whether this is text in UTF-8. It is never shown as a page, so HTML is a text like any other.
fn is_text(content: &[u8]) -> bool {
    let is_text_character = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{c}');
    std::str::from_utf8(content).is_ok_and(|text| text.chars().all(is_text_character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_type_is_that_of_the_content() {
        assert_eq!(detect(b"%PDF-1.7\n..."), Some("application/pdf"));
        assert_eq!(detect(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(
            detect("Lebenslauf: Köchin\r\n".as_bytes()),
            Some("text/plain; charset=utf-8")
        );
        assert_eq!(
            detect(b"<!doctype html><script>alert(1)</script>"),
            Some("text/plain; charset=utf-8")
        );
    }

    #[test]
    fn archives_programs_and_binary_data_are_rejected() {
        assert_eq!(detect(b"PK\x03\x04\x14\0\0\0\x08\0........"), None);
        assert_eq!(detect(b"MZ\x90\0\x03\0\0\0"), None);
        assert_eq!(detect(b"\x7fELF\x02\x01\x01"), None);
        assert_eq!(detect(b"a\0b"), None);
        assert_eq!(detect(b"caf\xe9"), None);
    }
}
