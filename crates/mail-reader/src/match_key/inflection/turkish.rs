//! Base forms of Turkish job titles: a sentence names the profession, "Yazılım Mühendisliği", for the job title "Yazılım Mühendisi".

/// Endings of professions, each with the possessive endings of the job title after a consonant and after a vowel.
const ENDINGS: [(&str, &str, &str); 4] = [
    ("liği", "i", "si"),
    ("lığı", "ı", "sı"),
    ("luğu", "u", "su"),
    ("lüğü", "ü", "sü"),
];
const VOWELS: [char; 8] = ['a', 'e', 'ı', 'i', 'o', 'ö', 'u', 'ü'];
/// Words that have the ending of a profession but usually name a department.
const DEPARTMENTS: [&str; 5] = [
    "müdürlüğü",
    "başkanlığı",
    "bakanlığı",
    "sekreterliği",
    "rektörlüğü",
];

/// Words that have the ending of a profession but name a field of work: "İş Sağlığı ve Güvenliği".
const FIELDS: [&str; 6] = [
    "güvenliği",
    "sağlığı",
    "temizliği",
    "birliği",
    "verimliliği",
    "mutluluğu",
];

/// The base form of a title whose last word is a profession. `None` for other titles.
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
    // A final k softens before the ending: "ortak" becomes "ortağı".
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
