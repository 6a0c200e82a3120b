//! Finds job titles in lower case.

use super::spans::{GENITIVES, MAX_CONTINUATION_WORDS, MAX_LOWER_CASE_WORDS, split_elision, words};

/// A lowercase title with the words before it.
pub struct LowerCaseTitle<'t> {
    pub text: &'t str,
    /// The word before the title, or the elided article with its apostrophe ("d'").
    pub before: &'t str,
    /// The word before `before`.
    pub introduction: &'t str,
    pub words: usize,
}

/// The lowercase titles of a line. The title word comes first where `do_titles_continue` ("chef de rang"), otherwise last ("sous chef").
/// `may_introduce` recognizes words that can precede a title.
pub fn lower_case_titles<'t>(
    line: &'t str,
    do_titles_continue: bool,
    may_introduce: impl Fn(&str) -> bool,
    is_title_word: impl Fn(&str) -> bool,
    is_function_word: impl Fn(&str) -> bool,
) -> Vec<LowerCaseTitle<'t>> {
    let words = words(line);
    let bare = |word: &'t str| word.trim_end_matches(|c: char| !c.is_alphanumeric());
    let is_inside = |word: &str| word.starts_with(char::is_lowercase) && !is_function_word(word);
    let mut titles = Vec::new();
    let mut index = 0;
    let reach = if do_titles_continue {
        1
    } else {
        MAX_LOWER_CASE_WORDS
    };
    // Index of the first word that is too far from the last introducing word.
    let mut introduced_until = 0;
    while let Some((from, word)) = words.get(index).copied() {
        let (article, rest) = split_elision(word);
        let head = bare(rest);
        let is_introduced = index < introduced_until || (!article.is_empty() && may_introduce(article));
        if may_introduce(word) {
            introduced_until = index + 1 + reach;
        }
        if !is_introduced || !is_inside(head) || !is_title_word(head) {
            index += 1;
            continue;
        }
        let (mut first, mut last) = (index, index);
        let mut end = from + article.len() + head.len();
        if do_titles_continue {
            let mut is_open = head.len() == rest.len();
            let mut direct = 0;
            let mut is_joined = false;
            for (number, (at, next)) in words
                .iter()
                .enumerate()
                .skip(index + 1)
                .take(MAX_CONTINUATION_WORDS)
            {
                let (elision, rest) = split_elision(next);
                if !is_open || (is_joined && !elision.is_empty()) {
                    break;
                }
                if GENITIVES.contains(next) {
                    is_joined = true;
                    continue;
                }
                let inner = bare(rest);
                is_joined |= GENITIVES.contains(&elision);
                direct += usize::from(!is_joined);
                // At the end of a line, two words may follow directly: "assistante commerciale export" in a subject.
                let max_direct = if number + 1 == words.len() { 2 } else { 1 };
                if !is_inside(inner) || (!is_joined && !elision.is_empty()) || direct > max_direct {
                    break;
                }
                is_joined = false;
                last = number;
                end = at + elision.len() + inner.len();
                is_open = inner.len() == rest.len();
            }
        } else {
            while let Some((at, next)) = words.get(last + 1)
                && words.get(last).is_some_and(|(_, w)| bare(w) == *w)
                && is_inside(bare(next))
                && is_title_word(bare(next))
            {
                last += 1;
                end = at + bare(next).len();
            }
            while let Some((_, previous)) = first.checked_sub(1).and_then(|at| words.get(at))
                && last - first + 1 < MAX_LOWER_CASE_WORDS
                && is_inside(previous)
                && previous.chars().all(|c| c.is_alphabetic() || c == '-')
            {
                first -= 1;
            }
        }
        let start = words.get(first).map_or(from, |(at, _)| *at);
        let start = if first == index {
            from + article.len()
        } else {
            start
        };
        let word_at = |back: usize| {
            first
                .checked_sub(back)
                .and_then(|at| words.get(at))
                .map_or("", |(_, w)| *w)
        };
        let (before, introduction) = if article.is_empty() {
            (word_at(1), word_at(2))
        } else {
            (article, word_at(1))
        };
        if let Some(text) = line.get(start..end) {
            titles.push(LowerCaseTitle {
                text,
                before,
                introduction,
                words: last - first + 1,
            });
        }
        index = last + 1;
    }
    titles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_case_title_has_its_head_in_front_or_at_the_end() {
        let titles = |line: &str, do_continue: bool| -> Vec<String> {
            lower_case_titles(
                line,
                do_continue,
                |w| ["a", "as", "de", "d'"].contains(&w),
                |w| ["chef", "cook", "menuisier"].contains(&w),
                |w| ["a", "who", "de", "qui", "need", "i"].contains(&w),
            )
            .into_iter()
            .map(|title| title.text.to_owned())
            .collect()
        };
        assert_eq!(titles("i need a sous chef who shouts", false), ["sous chef"]);
        assert_eq!(titles("poste de chef de rang qui", true), ["chef de rang"]);
        assert_eq!(
            titles("poste de menuisier poseur qui", true),
            ["menuisier poseur"]
        );
        assert!(titles("the chef liked it", false).is_empty());
    }
}
