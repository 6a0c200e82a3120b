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

/// Fields of work end as professions do: "İş Sağlığı ve Güvenliği".
const FIELDS: [&str; 6] = [
    "güvenliği",
    "sağlığı",
    "temizliği",
    "birliği",
    "verimliliği",
    "mutluluğu",
];

/// A title whose last word is a profession, as it stands in a list. `None` if it is not.
pub(super) fn uninflected(title: &str) -> Option<String> {
    let (front, word) = title.rsplit_once(' ')?;
    let lower = word.to_lowercase();
    if DEPARTMENTS.contains(&lower.as_str()) || FIELDS.contains(&lower.as_str()) {
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
    if stem.chars().count() <= 2 {
        return None;
    }
    // "Ortak", but "ortağı".
    Some(match stem.strip_suffix('k') {
        Some(stem) => format!("{front} {stem}ğ{possessive}"),
        None => format!("{front} {stem}{possessive}"),
    })
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
            ("İnsan Kaynakları İş Ortaklığı", "İnsan Kaynakları İş Ortağı"),
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
            "İş Sağlığı ve Güvenliği",
            "Halk Sağlığı",
            "Data Analyst",
        ] {
            assert_eq!(uninflected(title), None, "{title}");
        }
    }
}
