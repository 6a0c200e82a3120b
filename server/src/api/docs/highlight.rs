//! Syntax highlighting of code samples: strings, numbers, comments, keywords and member names.

use maud::{Markup, html};

const KEYWORDS: [&str; 17] = [
    "async", "await", "const", "export", "false", "fn", "from", "if", "import", "let", "new", "null",
    "return", "throw", "true", "use", "curl",
];

/// A piece of the code with its CSS class.
type Token<'a> = (Option<&'static str>, &'a str);

/// Wraps highlighted tokens in a `<span>`.
pub(super) fn highlight(language: &str, source: &str) -> Markup {
    html! {
        @for (class, text) in tokens(language, source) {
            @if let Some(class) = class { span class=(class) { (text) } } @else { (text) }
        }
    }
}

fn tokens<'a>(language: &str, source: &'a str) -> Vec<Token<'a>> {
    let is_shell = matches!(language, "sh" | "Shell");
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut rest = source;
    let mut plain = source;
    while let Some(first) = rest.chars().next() {
        let (class, len) = match first {
            '"' => string(rest, language == "json"),
            // The samples contain no Rust lifetimes, so a single quote starts a string only in the shell.
            '\'' if is_shell => quoted(rest, '\''),
            '#' if is_shell && is_start_of_word(plain, rest) => (Some("c"), line(rest)),
            '/' if !is_shell && rest.starts_with("//") => (Some("c"), line(rest)),
            '$' if is_shell => (Some("v"), 1 + word(&rest[1..])),
            '0'..='9' if !is_shell && is_start_of_word(plain, rest) => (Some("n"), word(rest)),
            c if c.is_ascii_alphabetic() => {
                let len = word(rest);
                (KEYWORDS.contains(&&rest[..len]).then_some("k"), len)
            }
            c => (None, c.len_utf8()),
        };
        if class.is_some() {
            let before = &plain[..plain.len() - rest.len()];
            if !before.is_empty() {
                tokens.push((None, before));
            }
            tokens.push((class, &rest[..len]));
            plain = &rest[len..];
        }
        rest = &rest[len..];
    }
    if !plain.is_empty() {
        tokens.push((None, plain));
    }
    tokens
}

/// A string token; in JSON, a string before a colon is a member name.
fn string(rest: &str, is_json: bool) -> (Option<&'static str>, usize) {
    let (class, len) = quoted(rest, '"');
    let is_name = is_json && rest[len..].starts_with(':');
    (if is_name { Some("v") } else { class }, len)
}

fn quoted(rest: &str, quote: char) -> (Option<&'static str>, usize) {
    let mut is_escaped = false;
    let end = rest[1..].find(|c| {
        let is_end = c == quote && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_end
    });
    (Some("s"), end.map_or(rest.len(), |end| end + 2))
}

fn line(rest: &str) -> usize {
    rest.find('\n').unwrap_or(rest.len())
}

fn word(rest: &str) -> usize {
    rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(rest.len())
}

/// Whether the rest follows a separator or the start of the text.
fn is_start_of_word(plain: &str, rest: &str) -> bool {
    let before = &plain[..plain.len() - rest.len()];
    before
        .chars()
        .next_back()
        .is_none_or(|c| !c.is_alphanumeric() && c != '-' && c != '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_of_the_source_stays() {
        let samples = [
            ("json", "{ \"a\": [1, true, \"x\\\"y\"] }"),
            ("Shell", "curl \"$URL/a\" -d '{\"é\": 1}' # why"),
            ("Rust", "let x = \"unterminated"),
        ];
        for (language, source) in samples {
            let text: String = tokens(language, source).iter().map(|(_, text)| *text).collect();
            assert_eq!(text, source);
        }
        assert!(tokens("json", samples[0].1).contains(&(Some("v"), "\"a\"")));
        assert!(tokens("Shell", samples[1].1).contains(&(Some("c"), "# why")));
    }
}
