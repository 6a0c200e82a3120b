//! Base forms of German job titles: a sentence says "eines Wissenschaftlichen Mitarbeiters" for "Wissenschaftlicher Mitarbeiter".

/// Endings of nouns in the genitive, dative and accusative, each with its nominative ending.
#[rustfmt::skip]
const NOUN_ENDINGS: [(&str, &str); 9] = [
    ("ers", "er"), ("ors", "or"), ("eurs", "eur"), ("ologen", "ologe"), ("agogen", "agoge"), ("isten", "ist"), ("enten", "ent"), ("anten", "ant"),
    ("chirurgen", "chirurg"),
];
/// Endings of nouns by gender.
#[rustfmt::skip]
const MASCULINE: [&str; 12] = ["er", "or", "eur", "ologe", "agoge", "ist", "ent", "ant", "mann", "wirt", "arzt", "meister"];
const FEMININE: [&str; 8] = [
    "in",
    "kraft",
    "frau",
    "hilfe",
    "assistenz",
    "leitung",
    "ung",
    "schaft",
];
const NEUTER: [&str; 3] = ["ium", "praktikum", "jahr"];
/// Endings of adjectives after an article: "des Wissenschaftlichen", "das Duale"; or in the dative: "Dualem".
const ADJECTIVE_ENDINGS: [&str; 3] = ["en", "em", "e"];
/// Endings of adjective stems, used to recognize adjectives.
const ADJECTIVE_STEMS: [&str; 10] = [
    "lich", "isch", "ig", "tend", "ierend", "al", "iv", "är", "iell", "eitet",
];

/// Endings that English words share with German adjectives: "Executive Assistant", "Wholesale Manager", "Data-Driven Marketer".
const ENGLISH_ENDINGS: [&str; 4] = ["ive", "ale", "ige", "driven"];

/// The base form of a title whose first words are inflected. `None` for other titles.
pub(super) fn uninflected(title: &str) -> Option<String> {
    let words: Vec<&str> = title.split(' ').collect();
    let adjectives = words
        .iter()
        .take_while(|word| adjective_stem(word).is_some())
        .count();
    let noun = words.get(adjectives)?;
    // No capitalized word may follow the noun: "Bauingenieurs im Tiefbau" is inflected, the English "Careers Consultant" is not.
    let is_last_noun = words
        .get(adjectives + 1)
        .is_none_or(|next| !next.starts_with(char::is_uppercase));
    let base_noun = with_base_ending(noun).filter(|_| is_last_noun);
    let noun_base = base_noun.as_deref().unwrap_or(noun);
    let ending = adjective_ending(noun_base);
    let mut base: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    for (word, adjective) in base.iter_mut().zip(&words).take(adjectives) {
        let adjective_lower = adjective.to_lowercase();
        let may_be_english = ENGLISH_ENDINGS.iter().any(|end| adjective_lower.ends_with(end));
        if may_be_english && ending == Some("er") {
            return None;
        }
        let stem = adjective_stem(adjective)?;
        *word = format!("{stem}{}", ending?);
    }
    noun_base.clone_into(base.get_mut(adjectives)?);
    let base = base.join(" ");
    (base != title).then_some(base)
}

/// The stem of an inflected adjective. `None` if the word is not an inflected adjective.
fn adjective_stem(word: &str) -> Option<&str> {
    let stem = ADJECTIVE_ENDINGS
        .iter()
        .find_map(|ending| word.strip_suffix(ending))?;
    let is_adjective = ADJECTIVE_STEMS.iter().any(|end| stem.ends_with(end));
    is_adjective.then_some(stem)
}

/// The nominative ending of an adjective before a noun, which depends on the gender of the noun.
fn adjective_ending(noun: &str) -> Option<&'static str> {
    let ends_with = |endings: &[&str]| endings.iter().any(|ending| noun.ends_with(ending));
    match () {
        () if ends_with(&FEMININE) => Some("e"),
        () if ends_with(&MASCULINE) => Some("er"),
        () if ends_with(&NEUTER) => Some("es"),
        () => None,
    }
}

fn with_base_ending(noun: &str) -> Option<String> {
    let (stem, base) = NOUN_ENDINGS
        .iter()
        .find_map(|(ending, base)| Some((noun.strip_suffix(ending)?, base)))?;
    // The minimum length admits "Malers", but not the English "Users".
    (stem.chars().count() > 2).then(|| format!("{stem}{base}"))
}

#[cfg(test)]
mod tests {
    use super::uninflected;

    #[test]
    fn inflected_title_is_as_in_a_list() {
        for (inflected, expected) in [
            (
                "Wissenschaftlichen Mitarbeiters",
                "Wissenschaftlicher Mitarbeiter",
            ),
            (
                "Wissenschaftlichen Mitarbeiterin",
                "Wissenschaftliche Mitarbeiterin",
            ),
            ("Bauingenieurs im Tiefbau", "Bauingenieur im Tiefbau"),
            ("Pflegeassistenten", "Pflegeassistent"),
            ("Duale Studium Informatik", "Duales Studium Informatik"),
            ("Pädagogischen Fachkraft", "Pädagogische Fachkraft"),
            ("Technischen Zeichners (m/w/d)", "Technischer Zeichner (m/w/d)"),
            ("Psychologen", "Psychologe"),
        ] {
            assert_eq!(uninflected(inflected).as_deref(), Some(expected), "{inflected}");
        }
    }

    #[test]
    fn title_of_a_list_is_unchanged() {
        for title in [
            "Wissenschaftlicher Mitarbeiter",
            "Wissenschaftliche Mitarbeiterin",
            "Duales Studium Informatik",
            "Technische Angestellte",
            "Sachbearbeiter Soziales",
            "Careers Consultant",
            "Pflegefachkraft",
            "Erzieherin",
            "Soziale Arbeit",
            "Executive Assistant (m/w/d)",
            "Creative Director",
            "Wholesale Manager",
            "Data-Driven Marketer",
            "Users Support",
        ] {
            assert_eq!(uninflected(title), None, "{title}");
        }
    }
}
