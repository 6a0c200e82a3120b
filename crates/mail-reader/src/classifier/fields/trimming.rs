//! Trims captured company names: removes the author's name, notes, contact details, locations and the rest of the sentence.

use super::{
    forms::{begins_like_a_name, rsplit_name, split_name},
    organizations::has_organization_word,
};

/// Separators between a person and the employer: "Bex from Harbor & Vine".
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
/// Dashes between a name and text that does not belong to it.
pub const DASHES: [&str; 3] = [" - ", " – ", " — "];
/// Words of status notes after titles in subjects: "Analyst - Application Received".
#[rustfmt::skip]
pub const STATUS_WORDS: &[&str] = &[
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
/// Words for "and" in languages in which a lowercase word after it begins a clause: names continue with a capital letter.
const CONJUNCTIONS: [&str; 4] = ["and", "und", "och", "en"];
/// Capitalized pronouns that begin a clause after a conjunction, whatever follows.
const CAPITAL_PRONOUNS: [&str; 14] = [
    "Sie", "Ihnen", "Ihr", "Ihre", "Ihren", "Ihrem", "Ihrer", "Dir", "Dich", "Dein", "Deine", "Deinen",
    "Deinem", "Deiner",
];
/// Capitalized pronouns that can also begin a name; they begin a clause only if a lowercase word follows, as in "e La ringraziamo".
const AMBIGUOUS_PRONOUNS: [&str; 19] = [
    "I", "U", "Uw", "Du", "Le", "La", "Vi", "Lei", "Ti", "Usted", "Ud.", "Vous", "Nous", "Pani", "Panu",
    "Pana", "Państwa", "Państwu", "Siz",
];

/// Signs of a clause after a conjunction, in languages in which names can continue in lower case: "Maison Orme et fils".
struct Clauses {
    /// Words for "and".
    conjunctions: &'static [&'static str],
    /// Words that occur in clauses but not in names.
    words: &'static [&'static str],
    /// Prefixes of such words.
    beginnings: &'static [&'static str],
    /// Suffixes of such words.
    endings: &'static [&'static str],
}

#[rustfmt::skip]
const CLAUSES: [Clauses; 6] = [
    Clauses {
        conjunctions: &["et", "mais"],
        words: &[
            "nous", "vous", "je", "te", "tu", "notre", "nos", "votre", "vos", "merci", "avons", "ai", "sommes", "suis", "remercions", "espérons",
            "souhaitons", "accusons", "reviendrons", "regrettons", "confirmons", "apprécions", "sera", "est", "a", "était",
        ],
        beginnings: &["j'", "t'", "n'", "m'", "c'", "j’", "t’", "n’", "m’", "c’"],
        endings: &[],
    },
    Clauses {
        conjunctions: &["y", "pero"],
        words: &[
            "te", "le", "os", "nos", "usted", "tu", "tus", "su", "sus", "ha", "han", "has", "hemos", "gracias", "queremos", "valoramos", "sentimos",
            "decidimos", "será", "está", "estás", "fue",
        ],
        beginnings: &["agradec"],
        endings: &["ecemos", "tamos", "aremos", "eremos", "iremos"],
    },
    Clauses {
        conjunctions: &["e", "mas"],
        words: &[
            "lhe", "lhes", "te", "você", "seu", "sua", "teu", "tua", "temos", "queremos", "obrigado", "obrigada", "está", "foi", "será", "recebemos",
        ],
        beginnings: &["agradec", "gostar"],
        endings: &["ecemos", "tamos", "aremos", "eremos", "iremos"],
    },
    Clauses {
        conjunctions: &["e", "ed", "ma"],
        words: &["ti", "vi", "tua", "tuo", "tue", "suo", "sua", "vostra", "vostro", "grazie", "ho", "ha", "è", "sei", "sarà", "desidero"],
        beginnings: &["ringrazi"],
        endings: &["iamo", "eremo"],
    },
    Clauses {
        conjunctions: &["ve", "ama"],
        words: &["siz", "size", "sizi", "sizin", "sizinle", "sana", "seni", "senin", "seninle"],
        beginnings: &["başvuru", "teşekkür", "ilginiz"],
        endings: &["ınız", "iniz", "unuz", "ünüz", "eriz", "arız", "ıyoruz", "iyoruz", "uyoruz", "üyoruz"],
    },
    Clauses {
        conjunctions: &["i", "oraz", "ale"],
        words: &[
            "twoje", "twoja", "twoją", "twojej", "ci", "cię", "ciebie", "tobą", "pani", "pana", "panu", "państwa", "państwu", "państwem", "mamy",
            "jesteśmy", "zapraszamy", "czekamy", "prosimy", "życzymy", "cieszymy", "wrócimy", "jest", "został", "została",
        ],
        beginnings: &["chciel", "dzięk"],
        endings: &["ujemy", "śmy"],
    },
];
/// Turkish case endings after the apostrophe of a name.
#[rustfmt::skip]
const CASE_ENDINGS: [&str; 32] = [
    "nin", "nın", "nun", "nün", "in", "ın", "un", "ün", "de", "da", "te", "ta", "den", "dan", "ten", "tan", "ye", "ya", "nde", "nda", "ndan", "nden",
    "nce", "nca", "ne", "na", "yi", "yı", "yu", "yü", "yle", "yla",
];
/// Prepositions between an organization and its town.
const TOWN_PREPOSITIONS: [&str; 9] = ["in", "i", "à", "en", "em", "a", "te", "w", "we"];
/// Minimum number of digits in a telephone number.
const MIN_TELEPHONE_DIGITS: usize = 6;
/// Removes the person before the employer: "Bex from Harbor & Vine", "Orla Devane, Ellison Varga LLP". `is_writer` returns whether a name
/// is the author's, because separators such as "at" also occur within names.
pub fn skip_person(name: &str, is_writer: impl Fn(&str) -> bool) -> &str {
    let is_person = |front: &str| {
        let mut words = front.split(' ');
        words.clone().count() <= 2
            && words
                .all(|w| begins_like_a_name(w) && w.chars().all(|c| c.is_alphabetic() || ".-".contains(c)))
            && !has_organization_word(front)
    };
    let behind_person = AFTER_PERSON.iter().find_map(|separator| {
        let (front, back) = split_name(name, separator)?;
        let is_certain = *separator == " from " || is_writer(front);
        (is_certain && is_person(front) && begins_like_a_name(back)).then_some(back)
    });
    if let Some(back) = behind_person {
        return back;
    }
    match split_name(name, ", ") {
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

/// Removes the note after a dash: "Larkspur County - NOTICE OF". Returns the text after the dash if `is_excluded` is true for the front.
pub fn before_dash(name: &str, is_excluded: impl Fn(&str) -> bool) -> &str {
    let Some((front, back)) = DASHES.iter().find_map(|dash| split_name(name, dash)) else {
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

/// Removes the city and state after a name: "Meridian Freight, Savannah GA".
pub fn before_state(name: &str) -> &str {
    let Some((front, place)) = rsplit_name(name, ", ") else {
        return name;
    };
    let is_state = |word: &str| word.len() == 2 && word.chars().all(|c| c.is_ascii_uppercase());
    let has_state = place
        .rsplit_once(' ')
        .is_some_and(|(city, state)| is_state(state) && city.split(' ').all(begins_like_a_name));
    if has_state { front } else { name }
}

/// Removes a telephone number or other details after a name: "Moss Joinery, tel. 600 000", "Moss School, full-time".
pub fn before_contact(name: &str) -> &str {
    let Some((front, back)) = split_name(name, ", ") else {
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

/// Removes the clause that a conjunction begins: "Älvsby kommun och fått besked", "Maison Orme et vous remercions".
pub fn before_clause(name: &str) -> &str {
    let end = name.match_indices(' ').find_map(|(at, _)| {
        let (conjunction, back) = name.get(at + 1..)?.split_once(' ')?;
        begins_clause(conjunction, back).then_some(at)
    });
    end.and_then(|end| name.get(..end)).unwrap_or(name)
}

/// Whether a conjunction begins a clause rather than the next part of a name. `back` is the text after the conjunction.
fn begins_clause(conjunction: &str, back: &str) -> bool {
    let is_plain = CONJUNCTIONS.contains(&conjunction);
    let of_language = || {
        CLAUSES
            .iter()
            .filter(|clauses| clauses.conjunctions.contains(&conjunction))
    };
    if !is_plain && of_language().next().is_none() {
        return false;
    }
    let (first, rest) = back.split_once(' ').unwrap_or((back, ""));
    if first.starts_with(char::is_uppercase) {
        return (CAPITAL_PRONOUNS.contains(&first) && !rest.is_empty())
            || (AMBIGUOUS_PRONOUNS.contains(&first) && rest.starts_with(char::is_lowercase));
    }
    let is_of_clause = |word: &str, clauses: &Clauses| {
        clauses.words.contains(&word)
            || clauses.beginnings.iter().any(|begin| word.starts_with(begin))
            || clauses.endings.iter().any(|end| word.ends_with(end))
    };
    (is_plain && back.starts_with(char::is_lowercase) && !rest.is_empty())
        || of_language().any(|clauses| {
            // Only the text up to the next conjunction counts: "Maison Orme et fils et vous remercions".
            back.split([' ', ',', ':'])
                .take_while(|word| !clauses.conjunctions.contains(word))
                .any(|word| is_of_clause(word, clauses))
        })
}

/// Removes the case ending of a Turkish name: "Kıyı Emniyeti Ajansı'nca".
pub fn before_case_ending(name: &str) -> &str {
    match name.rsplit_once(['\'', '’']) {
        Some((front, ending)) if CASE_ENDINGS.contains(&ending) && !front.is_empty() => front,
        _ => name,
    }
}

/// Removes the location after a legal form: "Nordiska Lagerbolaget AB i Jönköping".
pub fn end_at_legal_form(name: &str, is_legal_form: impl Fn(&str) -> bool) -> &str {
    let end = name.match_indices(' ').find_map(|(at, _)| {
        let (front, rest) = (name.get(..at)?, name.get(at + 1..)?);
        let (preposition, place) = rest.split_once(' ')?;
        let is_behind_form = front.contains(' ') && is_legal_form(front.rsplit(' ').next()?);
        (is_behind_form && TOWN_PREPOSITIONS.contains(&preposition) && place.starts_with(char::is_uppercase))
            .then_some(at)
    });
    end.and_then(|end| name.get(..end)).unwrap_or(name)
}

/// Removes the location after a name: "Trattoria Da Nives, Comacchio", "Moss Foods, S.L. - Barbate". `is_certain` returns whether a name is
/// certainly an organization's.
pub fn before_location(name: &str, is_certain: impl Fn(&str) -> bool) -> &str {
    let place = [", ", " - ", " – ", " — "].iter().find_map(|separator| {
        let (front, back) = rsplit_name(name, separator)?;
        // A lowercase detail: ", charity no. 1199417".
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
        for clause in [
            "et nous vous en remercions",
            "et vous remercions",
            "et t'en remercions",
            "y le agradecemos su interés",
            "y queremos informarle",
            "e agradecemos o seu interesse",
            "e La ringraziamo",
            "e ti ringraziamo",
            "en we danken je",
            "ve size teşekkür ederiz",
            "i dziękujemy za zgłoszenie",
            "oraz zapraszamy na rozmowę",
            "och vi återkommer",
            "und freuen uns",
            "und Ihr Interesse",
            "and I look forward",
        ] {
            assert_eq!(before_clause(&format!("Moss et Fils {clause}")), "Moss et Fils");
        }
        assert_eq!(
            before_clause("Maison Orme et fils et vous remercions"),
            "Maison Orme et fils"
        );
        for name in [
            "Weber und Söhne",
            "Maison Orme et Fils",
            "Maison Orme et fils de Moss",
            "Marks and Spencer",
            "Sol y Luna",
            "Ropa y zapatos Sol",
            "Bar Sole e La Luna",
            "Scuola di lettere e filosofia",
            "Pai e filhos Ribeira",
            "Yıldız ve Oğulları",
            "Biuro Druku i Reklamy",
            "Druk i reklama Lipa",
            "Bakker en Zonen",
            "Linden och Söner",
        ] {
            assert_eq!(before_clause(name), name);
        }
        assert_eq!(before_case_ending("Moss Ajansı'nca"), "Moss Ajansı");
        assert_eq!(before_case_ending("Moss Val d'Orne"), "Moss Val d'Orne");
        let is_legal_form = |word: &str| word == "AB";
        assert_eq!(
            end_at_legal_form("Moss Lager AB i Jönköping", is_legal_form),
            "Moss Lager AB"
        );
        assert_eq!(
            end_at_legal_form("Moss i Jönköping", is_legal_form),
            "Moss i Jönköping"
        );
        assert_eq!(
            before_location("Trattoria Moss, Pavia", |_| true),
            "Trattoria Moss"
        );
        assert_eq!(before_location("Moss, Pavia", |_| false), "Moss, Pavia");
    }
}
