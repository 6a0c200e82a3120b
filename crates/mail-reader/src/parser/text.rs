//! Prepares the text of a message for the classifier: removes invisible characters, quoted replies and line wrapping, and
//! splits it into sentences.

use super::{date::fold, forward_markers::ORIGINAL_MARKERS};
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

/// Maximum length of a text in characters; the rest is ignored, because the relevant text is at the beginning.
const MAX_CHARS: usize = 100_000;
/// Minimum length in characters of a line that is assumed to be wrapped, so that the sentence continues in the next line.
const MIN_WRAPPED_LEN: usize = 45;
/// Minimum width in characters of a paragraph that is assumed to be wrapped prose.
const MIN_WRAP_WIDTH: usize = 28;
/// Maximum number of words in a salutation.
const MAX_SALUTATION_WORDS: usize = 4;

/// A prepared text. Empty when the message has no such part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The non-empty lines.
    pub lines: String,
    /// One sentence per line, with wrapped lines joined.
    pub sentences: String,
}

impl Text {
    /// Prepares plain text; its lines may be wrapped.
    pub fn from_plain(text: &str) -> Self {
        Self::prepare(text, true)
    }

    /// Prepares text converted from HTML, where each line is a block.
    pub fn from_blocks(text: &str) -> Self {
        Self::prepare(text, false)
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    fn prepare(text: &str, may_be_wrapped: bool) -> Self {
        let end = text
            .char_indices()
            .nth(MAX_CHARS)
            .map_or(text.len(), |(at, _)| at);
        // The loop splits at CR and LF, so CRLF would leave an empty line, which begins a new paragraph.
        let text = text.get(..end).unwrap_or(text).replace("\r\n", "\n");
        let mut paragraphs: Vec<Vec<String>> = vec![Vec::new()];
        for raw in text.split(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}']) {
            if raw.trim_start().starts_with('>') {
                paragraphs.push(Vec::new());
                continue;
            }
            let line = normalize_whitespace(raw);
            if starts_quoted_reply(&line) {
                break;
            }
            match paragraphs.last_mut() {
                Some(paragraph) if !line.is_empty() => paragraph.push(line),
                Some(paragraph) if paragraph.is_empty() => {}
                _ => paragraphs.push(Vec::new()),
            }
        }
        let mut prepared = Self {
            lines: String::with_capacity(text.len()),
            sentences: String::with_capacity(text.len()),
        };
        for lines in &paragraphs {
            for line in lines {
                push_line(&mut prepared.lines, line);
            }
            for paragraph in join_wrapped(lines, may_be_wrapped) {
                for sentence in super::sentences::split_sentences(&paragraph) {
                    push_line(&mut prepared.sentences, sentence);
                }
            }
        }
        prepared
    }
}

fn push_line(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}

/// Joins the wrapped lines of a paragraph.
fn join_wrapped(lines: &[String], may_be_wrapped: bool) -> Vec<String> {
    let width = lines.iter().map(|l| l.chars().count()).max().unwrap_or_default();
    let is_prose = lines.len() > 1
        && width >= MIN_WRAP_WIDTH
        && lines.last().is_some_and(|l| l.ends_with(['.', '!', '?']));
    let mut joined: Vec<String> = Vec::new();
    let mut previous: Option<&String> = None;
    for line in lines {
        let continues = may_be_wrapped
            && previous.is_some_and(|previous| {
                let len = previous.chars().count();
                let first_word = line.split(' ').next().unwrap_or_default();
                let is_salutation =
                    previous.ends_with(',') && previous.split(' ').count() <= MAX_SALUTATION_WORDS;
                let ends = previous.ends_with([':', '.', '!', '?']) || is_salutation;
                let has_label = line
                    .split_once(": ")
                    .is_some_and(|(label, _)| label.split(' ').count() <= 3);
                let is_full = is_prose && len + 1 + first_word.chars().count() > width;
                len >= MIN_WRAPPED_LEN
                    || (!ends && !has_label && (line.starts_with(char::is_lowercase) || is_full))
            });
        match joined.last_mut() {
            Some(paragraph) if continues => {
                paragraph.push(' ');
                paragraph.push_str(line);
            }
            _ => joined.push(line.clone()),
        }
        previous = Some(line);
    }
    joined
}

/// Normalizes a line: removes invisible characters (padding, direction marks, soft hyphens), collapses whitespace, replaces
/// typographic apostrophes, and composes characters (NFC).
pub fn normalize_whitespace(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut pending_space = false;
    for c in line.chars() {
        if is_invisible(c) {
            continue;
        }
        if c.is_whitespace() {
            pending_space = !out.is_empty();
            continue;
        }
        if c.is_control() {
            continue;
        }
        if std::mem::take(&mut pending_space) {
            out.push(' ');
        }
        out.push(if matches!(c, '\u{2019}' | '\u{2bc}' | '\u{60}' | '\u{b4}') {
            '\''
        } else {
            c
        });
    }
    if is_nfc(&out) { out } else { out.nfc().collect() }
}

fn is_invisible(c: char) -> bool {
    // The Unicode property Default_Ignorable_Code_Point, the blank Braille pattern, and interlinear annotation characters.
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Endings of the line above a quoted message, such as `On 3 May 2026, Ada wrote:`.
const QUOTE_ENDINGS: [&str; 14] = [
    "wrote:",
    "schrieb:",
    "a écrit :",
    "a écrit:",
    "escribió:",
    "escreveu:",
    "ha scritto:",
    "schreef:",
    "şunu yazdı:",
    "yazdı:",
    "napisał:",
    "napisał(a):",
    "napisała:",
    "skrev:",
];

/// Whether a line is the marker of a quoted message, such as `-----Original Message-----`.
fn is_original_marker(line: &str) -> bool {
    let Some(title) = line
        .strip_prefix("-----")
        .or_else(|| line.strip_prefix("________"))
    else {
        return false;
    };
    let folded = fold(title.trim_matches(['-', '_', ' ']));
    ORIGINAL_MARKERS.iter().any(|marker| folded.starts_with(marker))
}

/// Whether this line introduces the quoted message of a reply.
fn starts_quoted_reply(line: &str) -> bool {
    if !line.ends_with([':', '-']) {
        return false;
    }
    let lower = line.to_lowercase();
    is_original_marker(line)
        || (lower.contains(|c: char| c.is_ascii_digit())
            && (QUOTE_ENDINGS.iter().any(|ending| lower.ends_with(ending))
                || (lower.starts_with("am ") && lower.contains(" schrieb ") && lower.ends_with(':'))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_are_removed() {
        assert_eq!(
            normalize_whitespace(
                " \u{34f}\u{200c}\u{a0}Ap\u{ad}plied\u{a0}\t to\u{feff} Caf\u{65}\u{301}\u{2060} "
            ),
            "Applied to Café"
        );
        assert_eq!(normalize_whitespace("L\u{2019}Or\u{202e}"), "L'Or");
    }

    #[test]
    fn wrapped_lines_are_joined_and_short_ones_are_not() {
        let text = Text::from_plain(
            "Thank you for your application for the position of Data\nAnalyst at Quiet Harbour. We will read it.\n\nData Analyst\nQuiet Harbour\nOslo\n",
        );
        let expected = "Thank you for your application for the position of Data Analyst at Quiet Harbour.\nWe will read it.\nData Analyst\nQuiet Harbour\nOslo";
        assert_eq!(text.sentences, expected);
        assert!(text.lines.contains("\nData Analyst\nQuiet Harbour\nOslo"));
    }

    #[test]
    fn quoted_reply_is_removed() {
        let text = Text::from_plain("All fine.\n> Unfortunately not.\n\nOn 3 May 2026, Ada wrote:\nNo.");
        assert_eq!(text.lines, "All fine.");
    }

    #[test]
    fn original_message_below_dashes_is_removed() {
        for marker in [
            "-----Original Message-----",
            "----- Wiadomość oryginalna -----",
            "-----Ursprüngliche Nachricht-----",
        ] {
            let text = Text::from_plain(&format!("All fine.\n\n{marker}\nUnfortunately not."));
            assert_eq!(text.lines, "All fine.", "{marker}");
        }
    }

    #[test]
    fn prose_wrapped_to_a_small_width_is_joined() {
        let text = Text::from_plain(
            "Hello Mara,\n\nafter reading it we have decided\nnot to take your application for the\nData Analyst role any further.\n\nData Analyst\nQuiet Harbour\nOslo\n",
        );
        assert_eq!(
            text.sentences,
            "Hello Mara,\nafter reading it we have decided not to take your application for the Data Analyst role any further.\nData Analyst\nQuiet Harbour\nOslo"
        );
    }
}
