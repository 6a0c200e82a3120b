//! Detects how an interview takes place: by phone, by video, or at the employer.

use super::document::Document;
use crate::match_key::fold;
use domain::interviews::InterviewKind;

/// Folded words, or their prefixes, in the ten languages.
const FORMS: [(InterviewKind, &[&str]); 3] = [
    (InterviewKind::Phone, &["phone", "telephon", "telefo"]),
    (
        InterviewKind::Video,
        &["video", "wideo", "visioconf", "visio ", "zoom ", "goruntulu"],
    ),
    (
        InterviewKind::Onsite,
        &[
            "on site",
            "onsite",
            "in person",
            "face to face",
            "vor ort",
            "sur place",
            "presentiel",
            "presencial",
            "in presenza",
            "in sede",
            "op locatie",
            "yuz yuze",
            "stacjonarn",
            "pa plats",
        ],
    ),
];
/// Folded words for a phone number, which does not indicate how the interview takes place: "confirm the interview and your phone number".
const PHONE_NUMBERS: [&str; 10] = [
    "phone number",
    "telephone number",
    "telefonnummer",
    "telefoonnummer",
    "numero de tele",
    "numero di telefono",
    "numer telefonu",
    "numeru telefonu",
    "telefon numara",
    "telefonnr",
];
/// Folded words for an interview, which may be part of a longer word: "Telefongespräch".
const INTERVIEW_WORDS: [&str; 17] = [
    "interview",
    "conversation",
    "screen",
    "call",
    "gesprach",
    "termin",
    "entretien",
    "echange",
    "entrevista",
    "colloquio",
    "gesprek",
    "gorusme",
    "mulakat",
    "rozmow",
    "intervju",
    "samtal",
    "conversa",
];
/// Maximum number of words between the word for the interview and the word for its form: "interview of 30 minutes by phone".
const MAX_WORDS_BETWEEN: usize = 4;

/// How an interview takes place; `None` if the text does not say so or mentions several forms.
pub fn interview_form(text: &str) -> Option<InterviewKind> {
    match forms_in(text).as_slice() {
        [form] => Some(*form),
        _ => None,
    }
}

fn forms_in(text: &str) -> Vec<InterviewKind> {
    let mut text = format!(" {} ", fold(text));
    for number in PHONE_NUMBERS {
        if text.contains(number) {
            text = text.replace(number, "");
        }
    }
    let says = |starts: &[&str]| starts.iter().any(|start| text.contains(&format!(" {start}")));
    let forms = FORMS.iter().filter(|(_, starts)| says(starts));
    forms.map(|(form, _)| *form).collect()
}

/// The words of the text that say how the interview takes place. `None` if none do, or if they contradict each other.
pub(super) fn find_interview_form<'m>(document: &Document<'m>) -> Option<&'m str> {
    let mut found: Option<(&str, InterviewKind)> = None;
    for sentence in document
        .assertions
        .iter()
        .filter(|s| !document.signature.contains(s))
    {
        let Some(words) = words_of_form(sentence) else {
            continue;
        };
        let form = interview_form(sentence)?;
        if found.is_some_and(|(_, known)| known != form) {
            return None;
        }
        found = found.or(Some((words, form)));
    }
    found.map(|(words, _)| words)
}

/// The shortest phrase from the word for the interview to the word for its form, or the other way round.
fn words_of_form(sentence: &str) -> Option<&str> {
    if forms_in(sentence).is_empty() {
        return None;
    }
    let words: Vec<&str> = sentence.split(' ').collect();
    let is_interview = |word: &&str| {
        let folded = fold(word);
        INTERVIEW_WORDS.iter().any(|part| folded.contains(part))
    };
    let has_form = |words: &[&str]| interview_form(&words.join(" ")).is_some();
    let at = words.iter().position(is_interview)?;
    let behind = words.get(at..words.len().min(at + MAX_WORDS_BETWEEN + 2))?;
    let before = words.get(at.saturating_sub(MAX_WORDS_BETWEEN + 1)..=at)?;
    let shortest_behind = (1..=behind.len())
        .filter_map(|end| behind.get(..end))
        .find(|part| has_form(part));
    let shortest = shortest_behind.or_else(|| {
        (0..before.len())
            .rev()
            .filter_map(|start| before.get(start..))
            .find(|part| has_form(part))
    })?;
    let (first, last) = (shortest.first()?, shortest.last()?);
    let start = first.as_ptr().addr() - sentence.as_ptr().addr();
    let end = last.as_ptr().addr() + last.len() - sentence.as_ptr().addr();
    Some(
        sentence
            .get(start..end)?
            .trim_matches(|c: char| !c.is_alphanumeric()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_is_what_the_text_says_of_the_interview() {
        assert_eq!(
            interview_form("Entretien téléphonique"),
            Some(InterviewKind::Phone)
        );
        assert_eq!(interview_form("Interview by phone or video"), None);
        assert_eq!(interview_form("Interview at Vision Labs"), None);
        assert_eq!(interview_form("Interview: your telephone number"), None);
    }

    #[test]
    fn words_of_form_stand_beside_the_interview() {
        for (sentence, expected) in [
            (
                "We would like to invite you to a phone interview on Monday.",
                Some("phone interview"),
            ),
            (
                "Wir laden Sie zu einem Telefongespräch ein.",
                Some("Telefongespräch"),
            ),
            (
                "Nous vous proposons un entretien de 30 minutes par téléphone.",
                Some("entretien de 30 minutes par téléphone"),
            ),
            (
                "Chcielibyśmy zaprosić na rozmowę telefoniczną.",
                Some("rozmowę telefoniczną"),
            ),
            (
                "Please confirm the interview; if you are late, then send us a message or use the phone.",
                None,
            ),
            ("For the interview, please confirm your phone number.", None),
            ("Für das Gespräch brauchen wir Ihre Telefonnummer.", None),
            ("Phone: +44 20 7946 0000", None),
            ("We look forward to meeting you.", None),
        ] {
            assert_eq!(words_of_form(sentence), expected, "{sentence}");
        }
    }
}
