//! Prepares the text of a message for the classifier: removes invisible characters, quoted replies and line wrapping, and
//! splits it into sentences.

use unicode_normalization::{UnicodeNormalization as _, is_nfc};

/// The rest of a longer text is ignored. Confirmations say what matters at the beginning.
const MAX_CHARS: usize = 100_000;
/// A line of at least this many characters was probably wrapped, so the sentence continues in the next line.
const MIN_WRAPPED_LEN: usize = 45;

/// A prepared text. Empty when the message has no such part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The lines that are not empty.
    pub lines: String,
    /// One sentence per line, without those that begin with a condition.
    pub sentences: String,
    /// The same, each sentence truncated before a condition such as "… if you are selected".
    pub unconditional: String,
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

    /// Removes the first line that is a footer marker and everything after it, such as adverts below a confirmation.
    #[must_use]
    pub fn without_footer(&self, is_footer_marker: impl Fn(&str) -> bool) -> Self {
        let truncate = |text: &str| {
            let lines = text.lines().take_while(|l| !is_footer_marker(l));
            lines.collect::<Vec<_>>().join("\n")
        };
        Self {
            lines: truncate(&self.lines),
            sentences: truncate(&self.sentences),
            unconditional: truncate(&self.unconditional),
        }
    }

    fn prepare(text: &str, may_be_wrapped: bool) -> Self {
        let text: String = text.chars().take(MAX_CHARS).collect();
        let mut lines: Vec<String> = Vec::new();
        let mut paragraphs: Vec<String> = Vec::new();
        let mut continues = false;
        for raw in text.split(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}']) {
            if raw.trim_start().starts_with('>') {
                continues = false;
                continue;
            }
            let line = normalize_whitespace(raw);
            if starts_quoted_reply(&line) {
                break;
            }
            if line.is_empty() {
                continues = false;
                continue;
            }
            match paragraphs.last_mut() {
                Some(paragraph) if continues && may_be_wrapped => {
                    paragraph.push(' ');
                    paragraph.push_str(&line);
                }
                _ => paragraphs.push(line.clone()),
            }
            continues = line.chars().count() >= MIN_WRAPPED_LEN;
            lines.push(line);
        }
        let (mut sentences, mut unconditional) = (Vec::new(), Vec::new());
        for sentence in paragraphs
            .iter()
            .flat_map(|p| super::sentences::split_sentences(p))
        {
            let assertion = super::sentences::before_condition(sentence);
            if !assertion.is_empty() {
                sentences.push(sentence);
                unconditional.push(assertion);
            }
        }
        Self {
            lines: lines.join("\n"),
            sentences: sentences.join("\n"),
            unconditional: unconditional.join("\n"),
        }
    }
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
    // The property Default_Ignorable_Code_Point, the blank Braille pattern, and annotations.
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether mail programs put the quoted message after this line.
fn starts_quoted_reply(line: &str) -> bool {
    let lower = line.to_lowercase();
    if lower.starts_with("-----original message") || lower.starts_with("-----ursprüngliche nachricht") {
        return true;
    }
    let endings = [
        "wrote:",
        "schrieb:",
        "a écrit :",
        "a écrit:",
        "escribió:",
        "ha scritto:",
    ];
    let beginnings = ["on ", "am ", "le ", "el ", "il "];
    (beginnings.iter().any(|b| lower.starts_with(b)) && endings.iter().any(|e| lower.ends_with(e)))
        || (lower.starts_with("am ") && lower.contains(" schrieb ") && lower.ends_with(':'))
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
    fn conditions_are_removed_from_sentences() {
        let text = Text::from_plain(
            "If you are not selected, we will tell you. We will call you if you are selected.\nDone.",
        );
        assert_eq!(text.unconditional, "We will call you\nDone.");
        assert_eq!(text.sentences, "We will call you if you are selected.\nDone.");
    }
}
