//! A Turkish sentence names the job of a "Yazılım Mühendisi" as the profession, "Yazılım Mühendisliği".

/// Endings of professions, and the possessive endings of who has them, behind a consonant and behind a vowel.
const ENDINGS: [(&str, &str, &str); 4] = [
    ("liği", "i", "si"),
    ("lığı", "ı", "sı"),
    ("luğu", "u", "su"),
    ("lüğü", "ü", "sü"),
];
const VOWELS: [char; 8] = ['a', 'e', 'ı', 'i', 'o', 'ö', 'u', 'ü'];
/// "Müdürlüğü" and "Başkanlığı" are rather departments.
const DEPARTMENTS: [&str; 5] = [
    "müdürlüğü",
    "başkanlığı",
    "bakanlığı",
    "sekreterliği",
    "rektörlüğü",
];

/// A title whose last word is a profession, as it stands in a list. `None` if it is not.
pub(super) fn uninflected(title: &str) -> Option<String> {
    let (front, word) = title.rsplit_once(' ')?;
    if DEPARTMENTS.contains(&word.to_lowercase().as_str()) {
        return None;
    }
    let (stem, behind_consonant, behind_vowel) = ENDINGS
        .iter()
        .find_map(|(ending, consonant, vowel)| Some((word.strip_suffix(ending)?, consonant, vowel)))?;
    let possessive = if stem.ends_with(VOWELS) {
        behind_vowel
    } else {
        behind_consonant
    };
    (stem.chars().count() > 2).then(|| format!("{front} {stem}{possessive}"))
}

#[cfg(test)]
mod tests {
    use super::uninflected;

    #[test]
    fn profession_is_named_by_who_has_it() {
        for (profession, expected) in [
            ("İngilizce öğretmenliği", "İngilizce öğretmeni"),
            ("Yazılım Mühendisliği", "Yazılım Mühendisi"),
            ("Satış Uzmanlığı", "Satış Uzmanı"),
            ("Depo Sorumluluğu", "Depo Sorumlusu"),
        ] {
            assert_eq!(uninflected(profession).as_deref(), Some(expected), "{profession}");
        }
    }

    #[test]
    fn title_of_a_list_is_unchanged() {
        for title in [
            "Yazılım Mühendisi",
            "Öğretmen",
            "İl Sağlık Müdürlüğü",
            "Data Analyst",
        ] {
            assert_eq!(uninflected(title), None, "{title}");
        }
    }
}
