//! String helpers for names: capitalization, punctuation, times, separators, prefixes and suffixes.

use crate::{
    classifier::ruleset::Affixes,
    match_key::{self, trim_name},
};
use memchr::{memchr, memrchr};

/// Whether a text contains a time of day: "10:30", "2pm".
pub fn has_time(text: &str) -> bool {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let is_hour = |word: &str| {
        let number = word.strip_suffix("am").or_else(|| word.strip_suffix("pm"));
        number.is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()))
    };
    text.to_lowercase().split(' ').any(is_hour) || has_clock(text)
}

/// Whether a lowercase text is a file name or a requisition number: "resume.pdf", "req. 77120".
pub fn is_file_or_number(lower: &str) -> bool {
    let is_file = [".pdf", ".doc", ".docx"].iter().any(|end| lower.ends_with(end));
    let first = lower.split([' ', '.', '#', ':']).next().unwrap_or_default();
    let is_number = [
        "req",
        "ref",
        "job",
        "requisition",
        "reference",
        "nr",
        "no",
        "dnr",
        "avviso",
    ]
    .contains(&first)
        && lower.chars().any(|c| c.is_ascii_digit());
    is_file || is_number
}

fn has_clock(text: &str) -> bool {
    text.match_indices(':').any(|(at, _)| {
        let (before, after) = (
            text.get(..at).unwrap_or_default(),
            text.get(at + 1..).unwrap_or_default(),
        );
        before.ends_with(|c: char| c.is_ascii_digit()) && after.starts_with(|c: char| c.is_ascii_digit())
    })
}

/// Whether a text begins with the company that has this match key: "Moss in Leeds" for "Moss".
pub fn begins_with_company(text: &str, company_key: &str) -> bool {
    let key = match_key::company(trim_name(text));
    key.strip_prefix(company_key)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Removes the lowercase words at the end of a title that has at least two capitalized words.
pub fn trim_lower_case(title: &str) -> &str {
    let words: Vec<(usize, &str)> = title
        .split(' ')
        .scan(0, |at, word| {
            let start = *at;
            *at += word.len() + 1;
            Some((start, word))
        })
        .collect();
    let is_capital = |word: &str| word != "/" && word.chars().next().is_some_and(|c| !c.is_lowercase());
    let last = words
        .iter()
        .rposition(|(_, word)| is_capital(word) || word.ends_with(')'));
    let count = words.iter().filter(|(_, word)| is_capital(word)).count();
    let is_dash = |word: &str| matches!(word, "-" | "–" | "—");
    // A short lowercase addition after a dash belongs to the title: "Servicetekniker – kyla".
    if let Some((_, dash)) = last.and_then(|last| words.get(last))
        && is_dash(dash)
        && last.is_some_and(|last| words.len() - last <= 3)
    {
        return title;
    }
    match last.and_then(|last| words.get(last)) {
        Some((at, word)) if count >= 2 => title.get(..at + word.len()).unwrap_or(title),
        _ => title,
    }
}

/// Whether all words of a phrase are capitalized, apart from short ones such as "of".
pub fn is_capitalized(name: &str) -> bool {
    let mut words = name.split(' ');
    words.next().is_some_and(begins_like_a_name)
        && name.chars().any(char::is_uppercase)
        && name.rsplit(' ').next().is_some_and(ends_like_a_name)
        && words.all(|w| begins_like_a_name(w) || w.chars().count() <= 4)
}

/// Whether the last word of a name begins with a capital letter, possibly after an elided article: "Val d'Orne".
fn ends_like_a_name(word: &str) -> bool {
    begins_like_a_name(word)
        || word
            .split_once(['\'', '’'])
            .is_some_and(|(article, name)| article.len() < 5 && !name.is_empty() && begins_like_a_name(name))
}

pub fn begins_like_a_name(name: &str) -> bool {
    name.chars().next().is_some_and(|c| !c.is_lowercase())
}

/// Like [`str::split_once`], but faster on strings as short as names.
pub fn split_name<'t>(name: &'t str, separator: &str) -> Option<(&'t str, &'t str)> {
    let at = find(name, separator)?;
    Some((name.get(..at)?, name.get(at + separator.len()..)?))
}

/// Like [`str::rsplit_once`], but faster on strings as short as names.
pub fn rsplit_name<'t>(name: &'t str, separator: &str) -> Option<(&'t str, &'t str)> {
    let (bytes, separator) = (name.as_bytes(), separator.as_bytes());
    let (offset, rare) = rare_byte(separator)?;
    let mut end = bytes.len();
    while let Some(found) = memrchr(rare, bytes.get(..end)?) {
        let at = found.checked_sub(offset)?;
        if bytes.get(at..)?.starts_with(separator) {
            return Some((name.get(..at)?, name.get(at + separator.len()..)?));
        }
        end = found;
    }
    None
}

/// The byte offset of the first separator in a name.
pub fn find(name: &str, separator: &str) -> Option<usize> {
    let (bytes, separator) = (name.as_bytes(), separator.as_bytes());
    let (offset, rare) = rare_byte(separator)?;
    let mut from = offset;
    while let Some(found) = memchr(rare, bytes.get(from..)?) {
        let at = from + found - offset;
        if bytes.get(at..)?.starts_with(separator) {
            return Some(at);
        }
        from += found + 1;
    }
    None
}

/// The byte offsets of all separators in a name, without overlaps.
pub fn find_all(name: &str, separator: &str) -> impl Iterator<Item = usize> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + find(name.get(from..)?, separator)?;
        from = at + separator.len();
        Some(at)
    })
}

/// The offset and value of the separator byte to search for. A leading space is skipped, because most names contain spaces.
fn rare_byte(separator: &[u8]) -> Option<(usize, u8)> {
    match separator {
        [b' ', second, ..] => Some((1, *second)),
        [first, ..] => Some((0, *first)),
        [] => None,
    }
}

/// Strips each affix in turn from a name, and trims the rest after each one.
pub fn strip_all<'t, 'w>(
    name: &'t str,
    lists: impl Iterator<Item = &'w Affixes>,
    strip: fn(&'t str, &str) -> &'t str,
    trim: fn(&'t str) -> &'t str,
) -> &'t str {
    let mut name = name;
    let mut is_trimmed = false;
    for affixes in lists {
        let mut at = 0;
        loop {
            if is_trimmed {
                at = affixes.next_possible(at, name);
            }
            let Some(affix) = affixes.get(at) else { break };
            let stripped = strip(name, affix);
            if !is_trimmed || stripped.len() != name.len() {
                name = trim(stripped);
                is_trimmed = name.len() == stripped.len();
            }
            at += 1;
        }
    }
    name
}

/// Removes quotes and punctuation around a title, and closing brackets at the end that have no opening one.
pub fn trim_title(title: &str) -> &str {
    let trimmed = trim_name(title);
    let is_unbalanced = trimmed.ends_with(')') && !trimmed.contains('(');
    if is_unbalanced {
        trimmed.trim_end_matches(')')
    } else {
        trimmed
    }
}

/// Lowercases a character; i with and without a dot become the same letter.
fn fold_case(c: char) -> char {
    match c {
        'İ' | 'ı' => 'i',
        c if c.is_ascii() => c.to_ascii_lowercase(),
        c => c.to_lowercase().next().unwrap_or(c),
    }
}

/// Whether two bytes are both ASCII and differ even when case is ignored.
pub fn differ(a: Option<&u8>, b: Option<&u8>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a.is_ascii() && b.is_ascii() && !a.eq_ignore_ascii_case(b))
}

/// Removes a prefix, ignoring case, unless nothing would be left.
pub fn strip_prefix<'a>(text: &'a str, prefix: &str) -> &'a str {
    if differ(text.as_bytes().first(), prefix.as_bytes().first()) {
        return text;
    }
    let mut rest = text.chars();
    let is_prefix = prefix
        .chars()
        .all(|p| rest.next().is_some_and(|c| fold_case(c) == fold_case(p)));
    let rest = rest.as_str();
    if is_prefix && !rest.trim().is_empty() {
        rest
    } else {
        text
    }
}

/// Removes a suffix, ignoring case, unless nothing would be left.
pub fn strip_suffix<'a>(text: &'a str, suffix: &str) -> &'a str {
    if differ(text.as_bytes().last(), suffix.as_bytes().last()) {
        return text;
    }
    let mut rest = text.chars();
    let is_suffix = suffix
        .chars()
        .rev()
        .all(|s| rest.next_back().is_some_and(|c| fold_case(c) == fold_case(s)));
    let rest = rest.as_str();
    if is_suffix && !rest.trim().is_empty() {
        rest
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefix_and_suffix_are_removed_in_any_case() {
        assert_eq!(strip_prefix("The Analyst", "the "), "Analyst");
        assert_eq!(
            strip_suffix("Güneyli Gıda İnsan Kaynakları", " insan kaynakları"),
            "Güneyli Gıda"
        );
        assert_eq!(strip_suffix("ÇAĞRI EKİBİ", " ekibi"), "ÇAĞRI");
        assert_eq!(strip_suffix(" team", " team"), " team");
    }
}
