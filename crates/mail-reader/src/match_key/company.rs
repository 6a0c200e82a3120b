//! The match key of a company.

use super::fold;
use std::borrow::Cow;

/// Legal forms at the end of a company name, after folding.
const LEGAL_FORMS: [&str; 69] = [
    "inc",
    "incorporated",
    "llc",
    "llp",
    "lp",
    "ltd",
    "limited",
    "corp",
    "corporation",
    "co",
    "company",
    "plc",
    "pbc",
    "pty",
    "pte",
    "pvt",
    "private",
    "gmbh",
    "ggmbh",
    "mbh",
    "ag",
    "se",
    "kg",
    "kgaa",
    "ohg",
    "ug",
    "ev",
    "eg",
    "sa",
    "sas",
    "sasu",
    "sarl",
    "spa",
    "srl",
    "sl",
    "bv",
    "nv",
    "ab",
    "as",
    "asa",
    "aps",
    "oy",
    "oyj",
    "sro",
    "sti",
    "kft",
    "zrt",
    "doo",
    "haftungsbeschrankt",
    "mbb",
    "partg",
    "gbr",
    "lda",
    "ltda",
    "sdn",
    "bhd",
    "slu",
    "eirl",
    "vof",
    "scarl",
    "zoo",
    "aor",
    "partgmbb",
    "epe",
    "sme",
    "scrl",
    "snc",
    "sca",
    "srls",
];
/// Legal forms that are abbreviations, often written with a full stop.
const ABBREVIATED_FORMS: [&str; 13] = [
    "inc", "ltd", "corp", "co", "pty", "pte", "pvt", "sti", "lda", "ltda", "bhd", "kft", "zrt",
];
/// Maximum number of letters before the first full stop of a legal form such as "S.p.A" or "e.V", unlike in "Moss.com".
const MAX_INITIALS: usize = 2;
/// Words that career pages and recruiting departments append to the company name.
const PAGE_WORDS: [&str; 9] = [
    "careers",
    "career",
    "jobs",
    "karriere",
    "recruiting",
    "recruitment",
    "hiring",
    "hr",
    "team",
];

/// The match key of a company: its name without case, accents, punctuation, legal form, page words and text in brackets.
/// `Hearth Homes, Inc.` equals `HEARTH HOMES`; `Hearth` does not.
pub fn company(name: &str) -> String {
    let plain = without_brackets(name);
    let plain = if plain.contains('|') {
        plain.split(" | ").next().unwrap_or(&plain)
    } else {
        &plain
    };
    let folded = fold(plain);
    let mut words: Vec<&str> = Vec::with_capacity(8);
    words.extend(folded.split(' ').filter(|w| !w.is_empty()));
    if words.len() > 1 && words.first() == Some(&"the") {
        words.remove(0);
    }
    let is_not_conjunction = |w: &&str| !["and", "und", "et", "y"].contains(w);
    if words.iter().filter(|w| is_not_conjunction(w)).count() > 1 {
        words.retain(is_not_conjunction);
    }
    while words.len() > 1
        && words
            .last()
            .is_some_and(|w| LEGAL_FORMS.contains(w) || PAGE_WORDS.contains(w))
    {
        words.pop();
    }
    // "Brückner e. K.", "Turnverein e. V."
    if words.len() > 2 && (words.ends_with(&["e", "k"]) || words.ends_with(&["e", "v"])) {
        words.truncate(words.len() - 2);
    }
    // "Moss sp. z o.o."
    if words.len() > 3 && words.ends_with(&["sp", "z", "oo"]) {
        words.truncate(words.len() - 3);
    }
    let key = words.join(" ");
    let key = key
        .strip_suffix("com")
        .filter(|k| k.len() > 1 && name.to_lowercase().contains(".com"))
        .unwrap_or(&key);
    if key.is_empty() {
        fold(name)
    } else {
        key.to_owned()
    }
}

/// Whether a full stop after `front` is part of the name, as in `Inc.`, `S.p.A.` and `e. V.`, rather than the end of a sentence, as
/// after `GmbH`.
fn ends_with_abbreviation(front: &str) -> bool {
    let (before, last) = front.rsplit_once(' ').unwrap_or(("", front));
    let is_initial = |word: &str| word.chars().count() == 1;
    ABBREVIATED_FORMS.contains(&fold(last).as_str())
        || last
            .split_once('.')
            .is_some_and(|(first, _)| first.chars().count() <= MAX_INITIALS)
        || (is_initial(last)
            && before.ends_with('.')
            && is_initial(before.rsplit(' ').next().unwrap_or(before).trim_end_matches('.')))
}

/// Adds or removes the full stop after the legal form of a company. Legal forms with inner full stops always end with one: `Moss S.A.`.
/// For forms such as `Ltd`, `has_stop` decides from the name without full stop; on `None`, the name is unchanged.
pub(crate) fn with_legal_form_stop(name: &str, has_stop: impl Fn(&str) -> Option<bool>) -> String {
    let front = name.strip_suffix('.').unwrap_or(name);
    let last = front.rsplit(' ').next().unwrap_or(front);
    let folded = fold(last);
    let has_stop = if last.contains('.') {
        (LEGAL_FORMS.contains(&folded.as_str()) || last == "o.o").then_some(true)
    } else if ABBREVIATED_FORMS.contains(&folded.as_str()) {
        has_stop(front)
    } else {
        None
    };
    match has_stop {
        Some(true) => format!("{front}."),
        Some(false) => front.to_owned(),
        None => name.to_owned(),
    }
}

/// Trims quotes and punctuation at both ends, except the full stop of `Inc.` and `S.p.A.`.
pub(crate) fn trim_name(raw: &str) -> &str {
    // Most names have nothing to trim.
    if let (Some(first), Some(last)) = (raw.as_bytes().first(), raw.as_bytes().last())
        && first.is_ascii_alphanumeric()
        && last.is_ascii_alphanumeric()
    {
        return raw;
    }
    let is_mark = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '“'
                    | '”'
                    | '„'
                    | '«'
                    | '»'
                    | '*'
                    | '_'
                    | ','
                    | ':'
                    | ';'
                    | '!'
                    | '?'
                    | '|'
                    | '–'
                    | '—'
                    | '-'
                    | '‘'
                    | '<'
                    | '>'
                    | '…'
                    | '·'
            )
    };
    let mut name = raw.trim_matches(is_mark);
    if let Some(front) = name.strip_suffix('.')
        && !ends_with_abbreviation(front)
    {
        name = front.trim_matches(is_mark);
    }
    if name.starts_with('\'') && name.ends_with('\'') && name.len() > 2 {
        name = name.trim_matches('\'');
    }
    name
}

fn without_brackets(name: &str) -> Cow<'_, str> {
    if !name.contains(['(', '[', ')', ']']) {
        return Cow::Borrowed(name);
    }
    let mut out = String::with_capacity(name.len());
    let mut depth = 0_u32;
    for c in name.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    if out.trim().is_empty() {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn company_key_ignores_case_accents_and_legal_form() {
        for name in [
            "Tideline",
            "TIDELINE GmbH",
            "Tideline, Inc.",
            "The Tideline Company",
            "Tideline Careers",
            "Tideline (formerly Ebb)",
            "Tideline GmbH & Co. KG",
            "Tideline S.p.A.",
            "Tideline.com",
            "Tideline | Jobs",
        ] {
            assert_eq!(company(name), "tideline", "{name}");
        }
        assert_eq!(company("L'Orée & Fils"), company("Loree and Fils"));
        assert_eq!(company("Müller Straße AG"), company("MULLER STRASSE"));
        assert_eq!(company("Ağaç Yazılım A.Ş."), "agac yazilim");
        assert_eq!(company("Zakłady Nadolne Sp. z o.o."), "zaklady nadolne");
    }

    #[test]
    fn full_stop_is_trimmed_unless_it_belongs_to_the_legal_form() {
        for name in [
            "Moss Süd GmbH",
            "Moss & Söhne AG",
            "Moss GmbH & Co. KG",
            "Moss SE",
            "Moss UG",
            "Moss eG",
            "Moss LLC",
            "Moss plc",
            "Moss Limited",
            "Moss SARL",
            "Moss SAS",
            "Moss SA",
            "Moss SL",
            "Moss SpA",
            "Moss BV",
            "Moss NV",
            "Moss AB",
            "Moss AŞ",
            "Moss.com",
            "Moss",
        ] {
            assert_eq!(trim_name(&format!("{name}.")), name);
        }
        for name in [
            "Moss Inc.",
            "Moss Ltd.",
            "Moss & Co.",
            "Moss Corp.",
            "Moss Ltda.",
            "Moss Ltd. Şti.",
            "Moss S.A.",
            "Moss S.r.l.",
            "Moss S.p.A.",
            "Moss A.Ş.",
            "Moss B.V.",
            "Moss e.V.",
            "Moss e. V.",
            "Moss sp. z o.o.",
            "Moss Kft.",
        ] {
            assert_eq!(trim_name(name), name);
        }
    }

    #[test]
    fn legal_form_has_its_full_stop() {
        let with = |name| with_legal_form_stop(name, |_| Some(true));
        let without = |name| with_legal_form_stop(name, |_| Some(false));
        assert_eq!(without("Moss S.L"), "Moss S.L.");
        assert_eq!(without("Moss sp. z o.o"), "Moss sp. z o.o.");
        assert_eq!(with("M.OSS"), "M.OSS");
        assert_eq!(with("Moss GmbH"), "Moss GmbH");
        assert_eq!(with("Moss Ltd"), "Moss Ltd.");
        assert_eq!(without("Moss Ltd."), "Moss Ltd");
    }

    #[test]
    fn company_key_differs_when_only_the_first_word_is_equal() {
        for (a, b) in [
            ("Tideline Labs", "Tideline Foods"),
            ("Nova", "Nova Systems"),
            ("AB", "Volta AB Group"),
            ("X", "X-ray Co"),
        ] {
            assert_ne!(company(a), company(b));
        }
        assert_eq!(company("AG"), "ag");
        assert_eq!(company("!!!"), "");
    }

    #[test]
    fn company_key_of_a_legal_form_is_not_empty() {
        assert_eq!(company("Hearth Homes, Inc."), company("HEARTH  HOMES"));
        assert_eq!(company("Müller & Söhne GmbH"), "muller sohne");
        assert_ne!(company("Hearth Homes"), company("Hearth"));
        assert_eq!(company("Limited"), "limited");
    }
}
