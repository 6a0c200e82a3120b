//! Removes locations after titles: "Buyer in Leeds".

use super::forms::{begins_like_a_name, rsplit_name};

/// Maximum number of words in a location.
const MAX_LOCATION_WORDS: usize = 3;

/// Removes the location after a title. `prepositions` introduce locations, and `is_location` recognizes large cities.
pub fn before_location<'t>(
    title: &'t str,
    prepositions: impl Iterator<Item = &'t str>,
    is_location: impl Fn(&str) -> bool,
) -> &'t str {
    if let Some((front, inside)) = title.strip_suffix(')').and_then(|t| rsplit_name(t, " ("))
        && inside
            .split([' ', ',', '/', '-', '–'])
            .next()
            .is_some_and(&is_location)
    {
        return front;
    }
    for preposition in prepositions {
        if let Some((front, place)) = title.rsplit_once(preposition)
            && !front.is_empty()
            && place.split(' ').count() <= MAX_LOCATION_WORDS
            && place.split(' ').all(is_name)
        {
            return front;
        }
    }
    match title.rsplit_once(' ') {
        Some((front, last)) if is_location(last) && !front.ends_with(['-', '–', '—', '|']) => {
            front.trim_end_matches(',')
        }
        _ => title,
    }
}

/// Whether a word consists of letters and hyphens, is capitalized, and is not all in capitals.
fn is_name(word: &str) -> bool {
    begins_like_a_name(word)
        && word.chars().all(|c| c.is_alphabetic() || c == '-')
        && word.chars().any(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn location_behind_title_is_removed() {
        let trim = |title| before_location(title, [" in "].into_iter(), |w| w == "Leeds");
        for title in [
            "Buyer in Leeds",
            "Buyer (Leeds, hybrid)",
            "Buyer, Leeds",
            "Buyer in York",
        ] {
            assert_eq!(trim(title), "Buyer", "{title}");
        }
        for title in [
            "Buyer (Fresh)",
            "Buyer in fashion",
            "Engineer in C#",
            "Buyer – Leeds",
        ] {
            assert_eq!(trim(title), title);
        }
    }
}
