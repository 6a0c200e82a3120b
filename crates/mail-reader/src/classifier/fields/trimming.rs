//! Cuts off what stands beside a captured name: the person who writes, or the rest of the sentence.

use super::{
    dates::{before_date, is_date},
    forms::begins_like_a_name,
    organizations::has_organization_word,
};

/// Between a person and the employer: "Bex from Harbor & Vine".
const AFTER_PERSON: [&str; 14] = [
    " from the ",
    " von der ",
    " vom ",
    " della ",
    " from ",
    " at ",
    " @ ",
    " von ",
    " bei ",
    " chez ",
    " från ",
    " hos ",
    " bij ",
    " da ",
];
/// Between a name and what is no part of it.
const DASHES: [&str; 3] = [" - ", " – ", " — "];
/// Words for "and", in the languages that write all nouns or only names in capitals.
const CONJUNCTIONS: [&str; 4] = ["and", "und", "och", "en"];
/// Prepositions before an article that belongs to a title: "Assistant to the Director".
const BEFORE_ARTICLE: [&str; 8] = ["of", "for", "to", "in", "on", "at", "with", "and"];
/// Words of what subjects have behind a title: "Analyst - Application Received".
#[rustfmt::skip]
const STATUS_WORDS: &[&str] = &[
    "application",
    "applied",
    "received",
    "submitted",
    "confirmed",
    "confirmation",
    "update",
    "status",
    "outcome",
    "decision",
    "interview",
    "invitation",
    "offer",
    "next",
    "step",
    "steps",
    "stage",
    "thank",
    "you",
    "thanks",
    "your",
    "for",
    "applying",
    "result",
    "feedback",
    "reminder",
    "acknowledgement",
    "acknowledgment",
    "receipt",
    "assessment",
    "rejection",
    "vacancy",
    "reference",
    "termin", "terminvorschlag", "terminbestätigung", "einladung", "vorstellungsgespräch", "gespräch", "bewerbung", "ihre", "deine",
    "eingang", "eingangsbestätigung", "bestätigung", "absage", "zusage", "rückmeldung", "zwischenstand", "zwischenbescheid", "zwischenmeldung", "stand", "der", "dinge",
    "entretien", "réponse", "candidature", "votre", "convocation", "accusé", "réception",
    "entrevista", "candidatura", "tu", "su", "confirmación", "respuesta", "resultado", "invitación",
    "colloquio", "esito", "conferma", "invito", "aggiornamento", "convite", "confirmação", "retorno", "atualização",
    "sollicitatie", "gesprek", "uitnodiging", "bevestiging", "ontvangstbevestiging", "afwijzing", "terugkoppeling", "vervolg", "stand", "van", "zaken", "nieuws", "reactie", "aanbod", "procedure", "jouw", "je", "uw",
    "rozmowa", "rekrutacja", "potwierdzenie", "zaproszenie", "aplikacja", "odpowiedź", "decyzja", "informacja", "oferta", "wynik", "status", "rekrutacji", "rozmowę", "na", "ciąg", "dalszy",
    "ansökan", "intervju", "inbjudan", "bekräftelse", "besked", "återkoppling", "uppföljning", "erbjudande", "svar", "lägesrapport", "din", "rekrytering", "kallelse",
    "başvuru", "başvurunuz", "mülakat", "davet", "daveti", "görüşme", "sonuç", "görüşmesi", "mülakatı", "bilgilendirme", "sonucu", "teklif", "süreci", "hk", "hakkında",
];

/// A reference in brackets has at least so many digits.
const MIN_REFERENCE_DIGITS: usize = 3;
/// Words before a reference in brackets.
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
/// Telephone numbers have at least so many digits.
const MIN_TELEPHONE_DIGITS: usize = 6;
/// Abbreviations within titles, after a blank.
const CUT_ABBREVIATIONS: [&str; 2] = [" ds", " d/s"];
/// Words behind which a title with an abbreviation does not continue.
const AFTER_ABBREVIATED: [&str; 9] = ["w", "we", "z", "na", "do", "oraz", "jest", "została", "został"];

/// The employer in "Bex from Harbor & Vine" and "Orla Devane, Ellison Varga LLP". `is_writer` tells whether a name is that of the
/// person who writes: "at" also stands within names.
pub fn skip_person(name: &str, is_writer: impl Fn(&str) -> bool) -> &str {
    let is_person = |front: &str| {
        let mut words = front.split(' ');
        words.clone().count() <= 2
            && words
                .all(|w| begins_like_a_name(w) && w.chars().all(|c| c.is_alphabetic() || ".-".contains(c)))
            && !has_organization_word(front)
    };
    let behind_person = AFTER_PERSON.iter().find_map(|separator| {
        let (front, back) = name.split_once(separator)?;
        let is_certain = *separator == " from " || is_writer(front);
        (is_certain && is_person(front) && begins_like_a_name(back)).then_some(back)
    });
    if let Some(back) = behind_person {
        return back;
    }
    match name.split_once(", ") {
        Some((front, back))
            if front.contains(' ')
                && is_person(front)
                && back.contains(' ')
                && has_organization_word(back) =>
        {
            back
        }
        _ => name,
    }
}

/// A name without the note behind its dash: "Larkspur County - NOTICE OF"; what stands behind it, if the front is no name.
pub fn before_dash(name: &str, is_excluded: impl Fn(&str) -> bool) -> &str {
    let Some((front, back)) = DASHES.iter().find_map(|dash| name.split_once(dash)) else {
        return name;
    };
    if is_excluded(front) {
        return back;
    }
    let first = back.split(' ').next().unwrap_or_default().to_lowercase();
    let is_note = back.starts_with(char::is_lowercase)
        || back.chars().any(char::is_numeric)
        || (back.contains(' ') && !back.chars().any(char::is_lowercase))
        || STATUS_WORDS.contains(&first.as_str());
    if is_note { front } else { name }
}

/// A name without its city and state: "Meridian Freight, Savannah GA".
pub fn before_state(name: &str) -> &str {
    let Some((front, place)) = name.rsplit_once(", ") else {
        return name;
    };
    let is_state = |word: &str| word.len() == 2 && word.chars().all(|c| c.is_ascii_uppercase());
    let has_state = place
        .rsplit_once(' ')
        .is_some_and(|(city, state)| is_state(state) && city.split(' ').all(begins_like_a_name));
    if has_state { front } else { name }
}

/// A name without the telephone number or other details behind it: "Moss Joinery, tel. 600 000", "Moss School, full-time".
pub fn before_contact(name: &str) -> &str {
    let Some((front, back)) = name.split_once(", ") else {
        return name;
    };
    if has_organization_word(front)
        && back.starts_with(char::is_lowercase)
        && !back.contains(char::is_uppercase)
    {
        return front;
    }
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '+' | '(');
    let number = back.split_once([' ', ':']).map_or(back, |(word, rest)| {
        let is_label = ["tel", "tél", "tlf", "tfn", "mob", "kom"]
            .contains(&word.trim_end_matches('.').to_lowercase().as_str());
        if is_label { rest } else { back }
    });
    let digits = number.chars().filter(char::is_ascii_digit).count();
    if digits >= MIN_TELEPHONE_DIGITS && number.trim_start().starts_with(is_number) {
        front
    } else {
        name
    }
}

/// A name without the clause that a conjunction begins: "Älvsby kommun och fått besked".
pub fn before_clause(name: &str) -> &str {
    let end = CONJUNCTIONS.iter().find_map(|conjunction| {
        let mark = format!(" {conjunction} ");
        let (front, back) = name.split_once(&mark)?;
        let is_clause = back.starts_with(char::is_lowercase) && back.contains(' ');
        is_clause.then_some(front.len())
    });
    end.and_then(|end| name.get(..end)).unwrap_or(name)
}

/// A title without an open bracket and without a clause or number behind a comma: "Analyst (Req", "Analyst, informamos",
/// "Analyst, 2nd round".
pub fn trim_title_end(title: &str, is_function_word: impl Fn(&str) -> bool) -> &str {
    let mut title = title;
    if let Some(inside) = title.strip_prefix('(') {
        title = inside.strip_suffix(')').unwrap_or(inside);
    }
    if let Some((front, share)) = title.rsplit_once(", ")
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
    title = before_note(before_reference(title));
    title = before_details(title);
    let status = DASHES.iter().chain(&[": ", ", "]).find_map(|dash| {
        let (front, back) = title.rsplit_once(dash)?;
        let is_status = back
            .split(' ')
            .all(|w| STATUS_WORDS.contains(&w.to_lowercase().trim_matches(|c: char| !c.is_alphanumeric())));
        (is_status && !front.is_empty()).then_some(front)
    });
    status.unwrap_or(title)
}

/// The title in "Lecturer in History (HUM-0417), Faculty of Humanities": what stands before a reference and more.
fn before_reference(title: &str) -> &str {
    let Some((front, rest)) = title.split_once(" (") else {
        return title;
    };
    let is_reference = rest.split_once("), ").is_some_and(|(inside, behind)| {
        !inside.contains(' ')
            && inside.chars().filter(char::is_ascii_digit).count() >= MIN_REFERENCE_DIGITS
            && inside.contains(|c: char| c.is_ascii_uppercase())
            // "Analyst (m/w/d), Beginn 01.09."
            || inside.contains('/') && behind.contains(|c: char| c.is_ascii_digit())
    });
    if is_reference { front } else { title }
}

/// Whether what stands behind a title is a labelled detail: "Site: Leeds", "Search #S-22", "Position Number 2044".
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

/// A name without the place behind it: "Trattoria Da Nives, Comacchio", "Moss Foods, S.L. - Barbate". `is_certain` tells that a name is
/// that of an organization.
pub fn before_location(name: &str, is_certain: impl Fn(&str) -> bool) -> &str {
    let place = [", ", " - ", " – ", " — "].iter().find_map(|separator| {
        let (front, back) = name.rsplit_once(separator)?;
        // ", charity no. 1199417"
        if back.starts_with(char::is_lowercase) && *separator == ", " && is_certain(front) {
            return Some(front);
        }
        let is_location = back.split(' ').count() <= 2
            && back
                .split(' ')
                .all(|word| word.starts_with(char::is_uppercase) && word.chars().all(char::is_alphabetic))
            && back.chars().any(char::is_lowercase)
            && !has_organization_word(back);
        (is_location && is_certain(front)).then_some(front)
    });
    place.unwrap_or(name)
}

/// A title without a note in brackets behind it: "Gobernanta (Hotel Moss, temporada 2026)".
fn before_note(title: &str) -> &str {
    let Some((front, note)) = title.strip_suffix(')').and_then(|t| t.rsplit_once(" (")) else {
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

/// Whether a word is a number of hours or rounds: "30", "2nd".
fn is_number(word: &str) -> bool {
    let end = word.trim_start_matches(|c: char| c.is_ascii_digit());
    end.len() < word.len() && ["", "st", "nd", "rd", "th", "h"].contains(&end)
}

/// A title without the day behind its dash or preposition: "Analyst - 18 March", "Analyst on 18 March".
fn before_details(title: &str) -> &str {
    let title = before_reference_note(title);
    if let Some((front, back)) = DASHES.iter().find_map(|dash| title.rsplit_once(dash))
        && is_date(back)
        && !front.is_empty()
    {
        return front;
    }
    before_date(title)
}

/// The title in "Analyst (ref 2026/88)".
fn before_reference_note(title: &str) -> &str {
    let Some((front, inside)) = title.strip_suffix(')').and_then(|t| t.rsplit_once(" (")) else {
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

/// The title in "Halcyon Freight and the Product Designer": what stands behind an article within it.
pub fn behind_article(title: &str, has_title_word: impl Fn(&str) -> bool) -> &str {
    for article in [" and the ", " about the ", " about our ", " the ", " our "] {
        if let Some((front, back)) = title.rsplit_once(article)
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

/// Where a title ends that a pattern cut off at the full stop of an abbreviation: "Specjalista ds. obsługi klienta".
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
    fn company_is_what_follows_a_person() {
        assert_eq!(skip_person("Bex from Harbor & Vine", |_| false), "Harbor & Vine");
        assert_eq!(
            skip_person("Orla Devane, Ellison Varga LLP", |_| false),
            "Ellison Varga LLP"
        );
        assert_eq!(
            skip_person("Moss, Reed & Partners", |_| false),
            "Moss, Reed & Partners"
        );
        assert_eq!(
            skip_person("Greg at Fenwick Marine", |n| n == "Greg"),
            "Fenwick Marine"
        );
        assert_eq!(skip_person("Look at Media", |_| false), "Look at Media");
        assert_eq!(
            before_dash("Larkspur County - NOTICE OF", |_| false),
            "Larkspur County"
        );
        assert_eq!(before_dash("Talent Team - Moss", |n| n == "Talent Team"), "Moss");
        assert_eq!(
            before_dash("NIDO – Design per l'infanzia", |_| false),
            "NIDO – Design per l'infanzia"
        );
        assert_eq!(before_state("Meridian Freight, Savannah GA"), "Meridian Freight");
        assert_eq!(before_state("Moss, Reed & Partners"), "Moss, Reed & Partners");
        assert_eq!(before_contact("Moss Joinery, tel. 600 000 000"), "Moss Joinery");
        assert_eq!(
            before_contact("Moss Joinery, 3 Hill Street"),
            "Moss Joinery, 3 Hill Street"
        );
        assert_eq!(before_clause("Näs kommun och fått besked"), "Näs kommun");
        assert_eq!(before_clause("Salt and Stone"), "Salt and Stone");
        assert_eq!(
            before_location("Trattoria Moss, Pavia", |_| true),
            "Trattoria Moss"
        );
        assert_eq!(before_location("Moss, Pavia", |_| false), "Moss, Pavia");
    }

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
        assert_eq!(trim("Servitris (ref 2026/88)"), "Servitris");
        assert_eq!(trim("(Barnskötare, 75 %)"), "Barnskötare");
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
