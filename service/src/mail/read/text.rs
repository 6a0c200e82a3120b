//! The text of a mail as the rules see it: without invisible filling, quoted replies and line wrapping.

use unicode_normalization::{UnicodeNormalization as _, is_nfc};

/// Most characters of a text that are looked at. What matters of a receipt stands at its beginning.
const MAX_CHARS: usize = 100_000;
/// A line at least this long (in characters) was probably wrapped: the sentence goes on in the next.
const WRAPPED: usize = 45;

/// A prepared text. Empty when the mail has no such part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The lines as they stand, without empty ones.
    pub lines: String,
    /// One sentence a line, without those that begin with a condition.
    pub stated: String,
    /// The same, each sentence cut before a condition: "… if you are selected" says nothing.
    pub asserted: String,
}

impl Text {
    /// Prepares plain text, whose lines may be wrapped.
    pub fn from_plain(text: &str) -> Self {
        Self::prepare(text, true)
    }

    /// Prepares text made of HTML, where each line is a block of its own.
    pub fn from_blocks(text: &str) -> Self {
        Self::prepare(text, false)
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Leaves out everything from the first line on that `is_end` knows, such as adverts below a receipt.
    #[must_use]
    pub fn until(&self, is_end: impl Fn(&str) -> bool) -> Self {
        let cut = |text: &str| {
            let kept = text.lines().take_while(|l| !is_end(l));
            kept.collect::<Vec<_>>().join("\n")
        };
        Self {
            lines: cut(&self.lines),
            stated: cut(&self.stated),
            asserted: cut(&self.asserted),
        }
    }

    fn prepare(text: &str, wrapped: bool) -> Self {
        let text: String = text.chars().take(MAX_CHARS).collect();
        let mut lines: Vec<String> = Vec::new();
        let mut paragraphs: Vec<String> = Vec::new();
        let mut goes_on = false;
        for raw in text.split(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}']) {
            if raw.trim_start().starts_with('>') {
                goes_on = false;
                continue;
            }
            let line = tidy(raw);
            if begins_a_quote(&line) {
                break;
            }
            if line.is_empty() {
                goes_on = false;
                continue;
            }
            match paragraphs.last_mut() {
                Some(paragraph) if goes_on && wrapped => {
                    paragraph.push(' ');
                    paragraph.push_str(&line);
                }
                _ => paragraphs.push(line.clone()),
            }
            goes_on = line.chars().count() >= WRAPPED;
            lines.push(line);
        }
        let sentences: Vec<&str> = paragraphs
            .iter()
            .flat_map(|p| super::sentences::split(p))
            .collect();
        let (mut stated, mut asserted) = (Vec::new(), Vec::new());
        for sentence in sentences {
            let certain = super::sentences::before_condition(sentence);
            if !certain.is_empty() {
                stated.push(sentence);
                asserted.push(certain);
            }
        }
        Self {
            lines: lines.join("\n"),
            stated: stated.join("\n"),
            asserted: asserted.join("\n"),
        }
    }
}

/// One line without what cannot be seen: filling, direction marks and soft hyphens go, all blanks become one space,
/// typographic apostrophes become plain ones, letters are composed (NFC).
pub fn tidy(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut blank = false;
    for c in line.chars() {
        if invisible(c) {
            continue;
        }
        if c.is_whitespace() {
            blank = !out.is_empty();
            continue;
        }
        if c.is_control() {
            continue;
        }
        if std::mem::take(&mut blank) {
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

fn invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Lines after which mail programs put the mail that is answered.
fn begins_a_quote(line: &str) -> bool {
    let lower = line.to_lowercase();
    if lower.starts_with("-----original message") || lower.starts_with("-----ursprüngliche nachricht") {
        return true;
    }
    let wrote = [
        "wrote:",
        "schrieb:",
        "a écrit :",
        "a écrit:",
        "escribió:",
        "ha scritto:",
    ];
    let opens = ["on ", "am ", "le ", "el ", "il "];
    (opens.iter().any(|o| lower.starts_with(o)) && wrote.iter().any(|w| lower.ends_with(w)))
        || (lower.starts_with("am ") && lower.contains(" schrieb ") && lower.ends_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_what_cannot_be_seen() {
        assert_eq!(
            tidy(" \u{34f}\u{200c}\u{a0}Ap\u{ad}plied\u{a0}\t to\u{feff} Caf\u{65}\u{301}\u{2060} "),
            "Applied to Café"
        );
        assert_eq!(tidy("L\u{2019}Or\u{202e}"), "L'Or");
    }

    #[test]
    fn joins_wrapped_lines_and_keeps_short_ones_apart() {
        let text = Text::from_plain(
            "Thank you for your application for the position of Data\nAnalyst at Quiet Harbour. We will read it.\n\nData Analyst\nQuiet Harbour\nOslo\n",
        );
        let wanted = "Thank you for your application for the position of Data Analyst at Quiet Harbour.\nWe will read it.\nData Analyst\nQuiet Harbour\nOslo";
        assert_eq!(text.stated, wanted);
        assert!(text.lines.contains("\nData Analyst\nQuiet Harbour\nOslo"));
    }

    #[test]
    fn reads_only_the_new_part_of_a_reply() {
        let text = Text::from_plain("All fine.\n> Unfortunately not.\n\nOn 3 May 2026, Ada wrote:\nNo.");
        assert_eq!(text.lines, "All fine.");
    }

    #[test]
    fn conditions_are_not_statements() {
        let text = Text::from_plain(
            "If you are not selected, we will tell you. We will call you if you are selected.\nDone.",
        );
        assert_eq!(text.asserted, "We will call you\nDone.");
        assert_eq!(text.stated, "We will call you if you are selected.\nDone.");
    }
}
