//! The match key of a job title, and requisition numbers.

use super::{fold, gender::neutral_form, inflection::uninflected};
use std::borrow::Cow;

/// Units of working hours, in lower case.
#[rustfmt::skip]
const WORKLOAD_UNITS: [&str; 15] = [
    "%", "fte", "hours", "hour", "hrs", "hpw", "stunden", "std", "wochenstunden", "uur", "heures", "horas", "ore", "saat", "etatu",
];

/// Endings that add the other gender to a word, after a slash or a similar mark.
const INCLUSIVE_ENDINGS: [&str; 16] = [
    "a", "o", "as", "os", "e", "es", "in", "innen", "frau", "euse", "se", "trice", "rice", "ère", "ne", "ra",
];
const MIN_STEM_CHARS: usize = 3;

/// The match key of a job title: the title without case, accents, punctuation, gender, notes about gender and working hours,
/// requisition number, and Polish inflection.
pub fn title(name: &str) -> String {
    let (plain, _) = split_requisition(name);
    let plain = plain.unwrap_or_default();
    let mut out = String::with_capacity(plain.len());
    let mut rest = plain.as_str();
    while let Some((before, tail)) = rest.split_once('(') {
        out.push_str(before);
        let Some((inside, after)) = tail.split_once(')') else {
            out.push_str(tail);
            rest = "";
            break;
        };
        let is_ending = is_inclusive_ending(inside) && before.ends_with(char::is_alphabetic);
        let is_note =
            is_gender_note(inside) || is_workload_note(inside) || inside.eq_ignore_ascii_case("remote");
        if !is_note && !is_ending {
            out.push(' ');
            out.push_str(inside);
            out.push(' ');
        }
        rest = after;
    }
    out.push_str(rest);
    let words: Vec<&str> = without_gender_note(without_share(&out))
        .split(' ')
        .map(without_inclusive_ending)
        .collect();
    let plain = words.join(" ");
    let folded = fold(&uninflected(&plain, "pl").unwrap_or(plain));
    let words = folded.split(' ').map(|word| match word {
        "sr" => "senior".into(),
        "jr" => "junior".into(),
        word => neutral_form(word).map_or(Cow::Borrowed(word), Cow::Owned),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Removes the ending that adds the other gender: "Técnico/a", "Fahrer*in", "chargé·e", "Kaufmann/-frau".
fn without_inclusive_ending(word: &str) -> &str {
    match word.split_once(['/', '·', '•', '*', ':', '_']) {
        Some((stem, ending)) if stem.chars().count() >= MIN_STEM_CHARS && is_inclusive_ending(ending) => stem,
        _ => word,
    }
}

/// Whether a text is an ending that adds the other gender: `a`, `-in`, `e·s`.
fn is_inclusive_ending(ending: &str) -> bool {
    let letters: String = ending
        .chars()
        .filter(|c| !matches!(c, '-' | '·' | '•' | ','))
        .collect();
    // Several capitals are an abbreviation: "Quality/RA Manager".
    let is_capitals = letters.chars().count() > 1 && letters.chars().all(char::is_uppercase);
    !is_capitals && INCLUSIVE_ENDINGS.contains(&letters.to_lowercase().as_str())
}

/// Removes a gender note at the end that is not in parentheses: "Comptable H/F", "Koch - m/w/d".
fn without_gender_note(title: &str) -> &str {
    match title.trim_end().rsplit_once(' ') {
        Some((front, note)) if note.contains(['/', '|']) && is_gender_note(note.trim_matches(['[', ']'])) => {
            front.trim_end_matches([' ', '-', '–', '—', ',', '|'])
        }
        _ => title,
    }
}

/// Whether a text is a gender note: `m/w/d`, `f/m/x`, `all genders`, `gn`.
pub(crate) fn is_gender_note(inside: &str) -> bool {
    let lower = inside.to_lowercase();
    let parts: Vec<&str> = lower
        .split(['/', '|', ',', ' '])
        .filter(|p| !p.is_empty())
        .collect();
    let gender_letters = ["m", "w", "d", "f", "x", "h", "i", "div", "a", "gn"];
    (parts.len() > 1 && parts.iter().all(|p| gender_letters.contains(p)))
        || [
            "gn",
            "all genders",
            "all gender",
            "any gender",
            "alle geschlechter",
            "genderneutral",
        ]
        .contains(&lower.as_str())
}

/// Whether a text states the working hours: `part-time`, `1.0 FTE`, `80 %`, `28 Wochenstunden`.
fn is_workload_note(inside: &str) -> bool {
    let lower = inside.to_lowercase();
    let has_unit = lower
        .split(|c: char| !c.is_alphabetic() && c != '%')
        .any(|word| WORKLOAD_UNITS.contains(&word));
    let is_named = [
        "part-time",
        "part time",
        "full-time",
        "full time",
        "parttime",
        "fulltime",
        "teilzeit",
        "vollzeit",
        "deltid",
        "heltid",
        "pełny etat",
        "yarı zamanlı",
        "tam zamanlı",
    ];
    is_named.contains(&lower.as_str()) || (has_unit && lower.contains(|c: char| c.is_ascii_digit()))
}

/// Removes a percentage of full-time at the end: `Commis de Rang 100%`, `Specialist 80-100 %`.
fn without_share(title: &str) -> &str {
    let Some(front) = title.trim_end().strip_suffix('%') else {
        return title;
    };
    let front =
        front.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '–' | ',' | '%'));
    if front.is_empty() { title } else { front }
}

/// Splits a title into the title itself and its requisition number, if any: `Data Analyst (R-1042)`, `Data Analyst - 20341`.
pub(crate) fn split_requisition(title: &str) -> (Option<String>, Option<String>) {
    let trimmed = title.trim();
    if let Some((first, rest)) = trimmed.split_once(' ')
        && is_requisition(first)
    {
        return (
            Some(rest.trim_start_matches(['-', '–', ':', ' ']).to_owned()),
            Some(first.to_uppercase()),
        );
    }
    let unchanged = (Some(trimmed.to_owned()), None);
    let (front, last) = if let Some(open) = trimmed.strip_suffix([')', ']']) {
        match open.rsplit_once(['(', '[']) {
            Some(parts) => parts,
            None => return unchanged,
        }
    } else {
        let last = [" - ", " – ", " | ", " #", " (", ", "]
            .into_iter()
            .filter_map(|separator| trimmed.rsplit_once(separator))
            .min_by_key(|(_, last)| last.len());
        let Some(parts) = last else { return unchanged };
        parts
    };
    let lower = last.trim().to_lowercase();
    let number = [
        "requisition number",
        "requisition no",
        "job number",
        "job no",
        "position number",
        "position no",
        "reference number",
        "reference",
        "ref no",
        "job ref",
        "job req",
        "vacancy",
        "posting",
        "kennziffer",
        "referenznummer",
        "stellen-id",
        "requisition id",
        "requisition",
        "job id",
        "req id",
        "req",
        "id",
        "ref",
        "job",
        "#",
        ":",
        ".",
    ]
    .iter()
    .fold(lower.as_str(), |n, word| {
        n.strip_prefix(word)
            .unwrap_or(n)
            .trim_start_matches([' ', ':', '#', '.'])
    })
    .to_uppercase();
    let mut front = front.trim().trim_end_matches(['-', '–', ',']).trim();
    for word in [" req", " requisition", " job", " id", " no", " ref"] {
        let cut = front.len().saturating_sub(word.len());
        if front.get(cut..).is_some_and(|end| end.eq_ignore_ascii_case(word)) {
            front = front
                .get(..cut)
                .unwrap_or(front)
                .trim_end_matches([' ', ',', '-', '–']);
        }
    }
    if is_requisition(&number) && !front.is_empty() {
        (Some(front.to_owned()), Some(number))
    } else {
        unchanged
    }
}

/// Whether a text looks like a requisition number: at least four digits, few letters, and not a year. `R-1042`, `JR100234`, `2026-1188`.
pub(crate) fn is_requisition(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(char::is_ascii_alphabetic).count();
    // "2026", "2026/27", but not "2026/77"
    let is_year = text.len() <= 9
        && (text.starts_with("19") || text.starts_with("20"))
        && text
            .split('/')
            .all(|part| matches!(part.len(), 2 | 4) && part.bytes().all(|b| b.is_ascii_digit()))
        && text
            .split_once('/')
            .is_none_or(|(from, to)| is_next_year(from, to));
    digits >= 4
        && letters <= 6
        && text.len() <= 24
        && !is_year
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/'))
}

/// Whether `to` is the year after `from`, as in a school year: "2026" and "27".
fn is_next_year(from: &str, to: &str) -> bool {
    let last_digits = |year: &str| year.get(year.len().saturating_sub(2)..)?.parse::<u8>().ok();
    matches!((last_digits(from), last_digits(to)), (Some(from), Some(to)) if to == (from + 1) % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_key_ignores_case_gender_notes_and_requisition() {
        for name in [
            "Sr. Data Engineer (m/w/d)",
            "Senior Data Engineer",
            "Senior Data-Engineer (R-10423)",
            "Senior Data Engineer - 20341",
            "senior data engineer (all genders)",
            "Senior Data Engineer H/F",
            "Senior Data Engineer - m/w/d",
            "Senior Data Engineer [w/m/d]",
            "Senior Data Engineer | f|m|x",
        ] {
            assert_eq!(title(name), "senior data engineer", "{name}");
        }
        assert_eq!(title("Teacher (1.0 FTE)"), title("Teacher"));
        assert_eq!(
            title("Commis de Rang 80-100 %"),
            title("Commis de Rang (part-time)")
        );
        for (both, one) in [
            ("Técnico/a de Calidad", "Técnico de Calidad"),
            ("Técnico(a) de Enfermagem", "Técnico de Enfermagem"),
            ("Chargé·e de plaidoyer", "Chargé de plaidoyer"),
            ("Verkäufer*in", "Verkäufer"),
            ("Mechatroniker/-in", "Mechatroniker"),
            ("Erzieher:in (m/w/d)", "Erzieher"),
        ] {
            assert_eq!(title(both), title(one), "{both}");
        }
        for (one, other) in [
            ("Planner (A)", "Planner (B)"),
            ("Quality/RA Manager", "Quality Manager"),
            ("Technician/1A", "Technician/2A"),
            ("Officer Gender/Protection", "Officer Gender/Youth"),
        ] {
            assert_ne!(title(one), title(other), "{one}");
        }
        assert_eq!(title("Engineer UI/UX"), "engineer ui ux");
        assert_ne!(title("Engineer, Backend"), title("Engineer, Frontend"));
        assert_ne!(title("C++ Engineer"), title("C# Engineer"));
        assert_ne!(title("Engineer II"), title("Engineer III"));
    }

    #[test]
    fn requisition_is_distinguished_from_year_and_title() {
        assert_eq!(
            split_requisition("Data Analyst (Req ID: R-10423)"),
            (Some("Data Analyst".into()), Some("R-10423".into()))
        );
        assert_eq!(
            split_requisition("Intern - 2026"),
            (Some("Intern - 2026".into()), None)
        );
        assert_eq!(
            split_requisition("Trainee (2026/27)"),
            (Some("Trainee (2026/27)".into()), None)
        );
        assert_eq!(
            split_requisition("Socialsekreterare (2026/77)"),
            (Some("Socialsekreterare".into()), Some("2026/77".into()))
        );
        assert_eq!(
            split_requisition("Engineer - Platform"),
            (Some("Engineer - Platform".into()), None)
        );
        assert_eq!(
            split_requisition("R-104233 Planner II"),
            (Some("Planner II".into()), Some("R-104233".into()))
        );
        assert_eq!(
            split_requisition("Clerk #88123"),
            (Some("Clerk".into()), Some("88123".into()))
        );
    }
}
