//! Trims captured job titles: removes what follows a title, or extracts it from a longer phrase.

use super::{
    dates::{before_date, is_date},
    forms::{begins_like_a_name, has_time, rsplit_name, split_name},
    trimming::{DASHES, STATUS_WORDS},
};
use crate::match_key::is_gender_note;

/// Words before an article that is part of a title: "to" in "Assistant to the Director".
const BEFORE_ARTICLE: [&str; 8] = ["of", "for", "to", "in", "on", "at", "with", "and"];
/// Words after a gender note that begin a detail such as location, start date or working hours.
#[rustfmt::skip]
const AFTER_GENDER_NOTE: [&str; 19] = [
    "standort", "am standort", "ort:", "vollzeit", "teilzeit", "in vollzeit", "in teilzeit", "in voll-", "in wechselschicht", "in festanstellung",
    "ab sofort", "ab dem", "zum nächstmöglichen", "zum nächsten", "unbefristet", "befristet", "gesucht", "req", "ref",
];
/// Minimum number of digits of a reference in brackets.
const MIN_REFERENCE_DIGITS: usize = 3;
/// Labels of a reference in brackets: "(ref 2026/88)".
const REFERENCE_LABELS: [&str; 12] = [
    "ref",
    "reference",
    "referens",
    "referentie",
    "referenz",
    "kenmerk",
    "kennziffer",
    "dnr",
    "nr",
    "vacaturenummer",
    "referans",
    "ilan",
];
/// Words for working hours and contract types. A note that consists of them is removed from a title: "- Part Time", "(CDD saisonnier)".
#[rustfmt::skip]
const CONTRACT_WORDS: [&str; 82] = [
    "part", "full", "time", "part-time", "full-time", "fulltime", "parttime", "permanent", "temporary", "temp", "fixed-term", "fixed", "term", "seasonal",
    "casual", "hybrid", "remote", "onsite", "on-site", "hours", "nights", "weekends",
    "vollzeit", "teilzeit", "in", "voll-", "oder", "und", "befristet", "unbefristet", "saison", "minijob",
    "cdi", "cdd", "saisonnier", "saisonnière", "temps", "plein", "partiel", "complet", "alternance", "intérim", "télétravail",
    "jornada", "completa", "parcial", "tiempo", "indefinido", "temporal", "teletrabajo", "remoto", "remota",
    "tempo", "integral", "efetivo", "temporário", "híbrido", "híbrida", "presencial",
    "pieno", "indeterminato", "determinato", "stagionale", "partita", "iva",
    "voltijd", "deeltijd", "vast", "tijdelijk", "oproepkracht",
    "zamanlı", "tam", "yarı", "dönemsel", "uzaktan", "hibrit",
    "etat", "pełny", "zdalnie", "zdalna", "umowa", "zlecenie",
];
/// Abbreviations within titles, with the space before them. Patterns cut a title off at their full stop.
const CUT_ABBREVIATIONS: [&str; 2] = [" ds", " d/s"];
/// Words that end a title that continues after an abbreviation.
const AFTER_ABBREVIATED: [&str; 9] = ["w", "we", "z", "na", "do", "oraz", "jest", "została", "został"];

/// Removes what follows a title, such as an unclosed bracket, a clause, a number, contract details, a date or a status: "Analyst (Req",
/// "Analyst, informamos", "Analyst, 2nd round".
pub fn trim_title_end(title: &str, is_function_word: impl Fn(&str) -> bool) -> &str {
    let mut title = title;
    if let Some(inside) = title.strip_prefix('(')
        && inside.find(')').is_none_or(|close| close + 1 == inside.len())
    {
        title = inside.trim_end_matches(')');
    }
    if let Some((front, share)) = rsplit_name(title, ", ")
        && share.trim_end_matches([' ', '%']).parse::<u8>().is_ok()
        && share.ends_with('%')
    {
        title = front;
    }
    if let Some(open) = title.rfind('(')
        && !title.get(open..).unwrap_or_default().contains(')')
        && open > 0
    {
        title = title.get(..open).unwrap_or(title).trim_end();
    }
    let clause = title.match_indices(", ").find(|(at, mark)| {
        let rest = title.get(at + mark.len()..).unwrap_or_default();
        let first = rest.split(' ').next().unwrap_or_default();
        let is_clause =
            first.starts_with(char::is_lowercase) && (is_function_word(first) || rest.split(' ').count() > 2);
        let front = title.get(..*at).unwrap_or_default();
        is_clause
            || is_detail(rest)
            || (is_number(first) && front.matches('(').count() == front.matches(')').count())
    });
    title = clause.and_then(|(at, _)| title.get(..at)).unwrap_or(title);
    title = before_note(before_reference(before_gender_note_detail(title)));
    title = before_contract(before_details(title));
    let status = DASHES.iter().chain(&[": ", ", "]).find_map(|dash| {
        let (front, back) = rsplit_name(title, dash)?;
        let is_status = back
            .split(' ')
            .all(|w| STATUS_WORDS.contains(&w.to_lowercase().trim_matches(|c: char| !c.is_alphanumeric())));
        // A single word after a comma may belong to the title: "Coordinator, Feedback".
        let is_ambiguous = *dash == ", " && !back.contains(' ');
        (is_status && !is_ambiguous && !front.is_empty()).then_some(front)
    });
    status.unwrap_or(title)
}

/// Removes details after a gender note: "Koch (m/w/d) in Vollzeit", "Disponent (m/w/d), Standort Unna". Other text there belongs to the
/// title: "Engineer (m/w/d) - Backend".
fn before_gender_note_detail(title: &str) -> &str {
    let end = title.match_indices(" (").find_map(|(at, mark)| {
        let (inside, rest) = title.get(at + mark.len()..)?.split_once(')')?;
        let rest = rest.trim_start_matches([' ', ',', ';', ':', '-', '–', '—', '|']);
        let lower = rest.to_lowercase();
        let is_detail = AFTER_GENDER_NOTE.iter().any(|words| {
            let behind = lower.strip_prefix(words);
            behind.is_some_and(|behind| !behind.starts_with(char::is_alphabetic))
        });
        (is_gender_note(inside) && is_detail).then_some(at + mark.len() + inside.len() + 1)
    });
    end.and_then(|end| title.get(..end)).unwrap_or(title)
}

/// Removes a reference in brackets and what follows it: "Lecturer in History (HUM-0417), Faculty of Humanities".
fn before_reference(title: &str) -> &str {
    let Some((front, rest)) = split_name(title, " (") else {
        return title;
    };
    let is_reference = rest.split_once("), ").is_some_and(|(inside, behind)| {
        !inside.contains(' ')
            && inside.chars().filter(char::is_ascii_digit).count() >= MIN_REFERENCE_DIGITS
            && inside.contains(|c: char| c.is_ascii_uppercase())
            // A date after a gender note: "Analyst (m/w/d), Beginn 01.09."
            || (is_gender_note(inside) && behind.contains(|c: char| c.is_ascii_digit()))
    });
    if is_reference { front } else { title }
}

/// Whether the text after a title begins with a labeled detail: "Site: Leeds", "Search #S-22", "Position Number 2044".
fn is_detail(rest: &str) -> bool {
    const NUMBER_WORDS: [&str; 8] = ["number", "no.", "nr.", "n.º", "n°", "n.", "nr", "num."];
    let clause = rest.split(", ").next().unwrap_or_default();
    let has_number = || {
        let lower = clause.to_lowercase();
        let mut words = lower
            .split(' ')
            .skip_while(|word| !NUMBER_WORDS.contains(word))
            .skip(1);
        words
            .next()
            .is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()))
    };
    let is_labelled = clause
        .split_once(": ")
        .is_some_and(|(label, value)| !label.contains(' ') && !value.starts_with(char::is_lowercase));
    clause.contains(" #") || clause.starts_with('#') || is_labelled || has_number()
}

/// Removes a note in brackets at the end of a title: "Gobernanta (Hotel Moss, temporada 2026)".
fn before_note(title: &str) -> &str {
    let Some((front, note)) = title.strip_suffix(')').and_then(|t| rsplit_name(t, " (")) else {
        return title;
    };
    let words = note.split(' ').count();
    let has_plain_word = note
        .split([' ', ','])
        .any(|word| word.chars().count() > 4 && word.chars().all(char::is_lowercase));
    let is_note = has_plain_word && (words > 3 || (words > 2 && note.starts_with(char::is_lowercase)));
    if is_note && !front.contains('(') && !note.contains('/') {
        front
    } else {
        title
    }
}

/// Whether a word is a number, an ordinal or a number of hours: "30", "2nd", "35h".
fn is_number(word: &str) -> bool {
    let end = word.trim_start_matches(|c: char| c.is_ascii_digit());
    end.len() < word.len() && ["", "st", "nd", "rd", "th", "h"].contains(&end)
}

/// Removes a labeled reference, and a date or time after a dash or preposition: "Analyst - 18 March", "Analyst on 18 March".
fn before_details(title: &str) -> &str {
    let title = before_reference_note(title);
    if let Some((front, back)) = DASHES.iter().find_map(|dash| rsplit_name(title, dash))
        && (is_date(back) || has_time(back))
        && !front.is_empty()
    {
        return front;
    }
    before_date(title)
}

/// Removes contract details after a dash, comma or bracket: "Barista - Part Time", "Cuisinier (CDD, temps plein)".
fn before_contract(title: &str) -> &str {
    let note = title.strip_suffix(')').and_then(|open| rsplit_name(open, " ("));
    let behind_mark = || {
        DASHES
            .iter()
            .chain(&[", ", " | "])
            .find_map(|mark| rsplit_name(title, mark))
    };
    let Some((front, note)) = note.or_else(behind_mark) else {
        return title;
    };
    let mut words = note
        .split([' ', ',', '/'])
        .map(|word| word.trim_end_matches('.').to_lowercase())
        .filter(|word| !word.is_empty())
        .peekable();
    let is_share = |word: &str| word.trim_end_matches(['%', 'h']).parse::<u8>().is_ok() || word == "%";
    // On its own, "IVA" is a tax that the job is about: "Contabile, IVA". In "Contabile (partita IVA)", it is a contract type.
    let is_tax = note.eq_ignore_ascii_case("iva");
    let is_contract = !is_tax
        && words.peek().is_some_and(|word| !is_share(word))
        && words.all(|word| CONTRACT_WORDS.contains(&word.as_str()) || is_share(&word));
    if is_contract { front } else { title }
}

/// Removes a labeled reference in brackets: "Analyst (ref 2026/88)".
fn before_reference_note(title: &str) -> &str {
    let Some((front, inside)) = title.strip_suffix(')').and_then(|t| rsplit_name(t, " (")) else {
        return title;
    };
    let label = inside
        .split([' ', '.', ':'])
        .next()
        .unwrap_or_default()
        .to_lowercase();
    if REFERENCE_LABELS.contains(&label.as_str()) && inside.contains(|c: char| c.is_ascii_digit()) {
        front
    } else {
        title
    }
}

/// The title after an article within a captured phrase: "Product Designer" in "Halcyon Freight and the Product Designer".
pub fn behind_article(title: &str, has_title_word: impl Fn(&str) -> bool) -> &str {
    for article in [" and the ", " about the ", " about our ", " the ", " our "] {
        if let Some((front, back)) = rsplit_name(title, article)
            && begins_like_a_name(back)
            && has_title_word(back)
            && !front
                .rsplit(' ')
                .next()
                .is_some_and(|word| BEFORE_ARTICLE.contains(&word))
        {
            return back;
        }
    }
    title
}

/// The byte offset where a title ends that a pattern cut off at `end`, at the full stop of an abbreviation: "Specjalista ds. obsługi
/// klienta".
pub fn abbreviation_end(text: &str, end: usize) -> usize {
    let (captured, rest) = (
        text.get(..end).unwrap_or_default(),
        text.get(end..).unwrap_or_default(),
    );
    let Some(words) = rest
        .strip_prefix(". ")
        .or_else(|| rest.strip_prefix(' ').filter(|_| captured.ends_with('.')))
    else {
        return end;
    };
    if !CUT_ABBREVIATIONS
        .iter()
        .any(|a| captured.trim_end_matches('.').ends_with(a))
    {
        return end;
    }
    let begin = text.len() - words.len();
    let len = words
        .split_inclusive(' ')
        .take_while(|word| word.starts_with(char::is_lowercase) && !AFTER_ABBREVIATED.contains(&word.trim()))
        .scan(false, |is_over, word| {
            let is_last = *is_over;
            *is_over |= word.trim_end().ends_with(['.', ',', ';', ':', '!', '?', ')']);
            (!is_last).then_some(word.len())
        })
        .sum::<usize>();
    begin + len
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_ends_before_bracket_clause_and_status() {
        let is_function_word = |w: &str| w == "informamos";
        let trim = |title| trim_title_end(title, is_function_word);
        assert_eq!(
            trim("Field Technician II – Wind (Req"),
            "Field Technician II – Wind"
        );
        assert_eq!(trim("Enfermeira, informamos"), "Enfermeira");
        assert_eq!(trim("Förskollärare, tillsvidare"), "Förskollärare, tillsvidare");
        assert_eq!(trim("Lecturer (HUM-0417), Faculty of Law"), "Lecturer");
        assert_eq!(trim("Structural Engineer, 2nd round"), "Structural Engineer");
        assert_eq!(trim("Data Analyst - Application Received"), "Data Analyst");
        assert_eq!(trim("Product Manager - 18 mars, 14h00"), "Product Manager");
        assert_eq!(trim("Verzorgende niveau 3 op 12 maart"), "Verzorgende niveau 3");
        assert_eq!(trim("Koch (m/w/d) in Vollzeit"), "Koch (m/w/d)");
        assert_eq!(trim("Disponent (m/w/d), Standort Unna"), "Disponent (m/w/d)");
        assert_eq!(trim("Engineer (m/w/d) - Backend"), "Engineer (m/w/d) - Backend");
        assert_eq!(trim("(Senior) Engineer (m/w/d)"), "(Senior) Engineer (m/w/d)");
        assert_eq!(trim("Nurse (A/E), Band 6"), "Nurse (A/E), Band 6");
        assert_eq!(trim("Coordinator, Feedback"), "Coordinator, Feedback");
        assert_eq!(trim("Leiter (m/w/d) der Küche"), "Leiter (m/w/d) der Küche");
        assert_eq!(trim("Analyst – Tuesday 15:45"), "Analyst");
        assert_eq!(trim("Servitris (ref 2026/88)"), "Servitris");
        assert_eq!(trim("(Barnskötare, 75 %)"), "Barnskötare");
        assert_eq!(trim("Barista - Part Time"), "Barista");
        assert_eq!(trim("Agent d'escale (CDD saisonnier)"), "Agent d'escale");
        assert_eq!(trim("Koch, Teilzeit 50 %"), "Koch");
        assert_eq!(trim("Buyer, Media"), "Buyer, Media");
        assert_eq!(trim("Contabile (partita IVA)"), "Contabile");
        assert_eq!(trim("Addetto contabile, IVA"), "Addetto contabile, IVA");
        assert_eq!(trim("Fitter, Site: Leeds"), "Fitter");
        assert_eq!(trim("Archivist, Search #S-22"), "Archivist");
        assert_eq!(trim("Hydrologist II, Position Number 204"), "Hydrologist II");
        assert_eq!(trim("Cocinera (Hotel Moss, temporada 2026)"), "Cocinera");
        assert_eq!(trim("Manager - Offer Management"), "Manager - Offer Management");
        let behind = |title| behind_article(title, |t| t.contains("Designer") || t.contains("Director"));
        assert_eq!(
            behind("Halcyon Freight and the Product Designer"),
            "Product Designer"
        );
        assert_eq!(behind("Assistant to the Director"), "Assistant to the Director");
    }

    #[test]
    fn title_continues_behind_abbreviation() {
        let text = "na stanowisko Specjalista ds. kadr i płac w firmie Moss";
        let end = text.find(" ds").map_or(0, |at| at + 3);
        let title = text.get(..abbreviation_end(text, end)).unwrap_or_default();
        assert_eq!(title.trim_end(), "na stanowisko Specjalista ds. kadr i płac");
        assert_eq!(abbreviation_end("Analyst. we", 7), 7);
    }
}
