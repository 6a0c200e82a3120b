//! What two mails must share to speak of the same application: the company and the title without what varies.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// Legal forms at the end of a company's name, as they stand after folding.
const LEGAL: [&str; 50] = [
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
    "zoo",
];
/// What pages and departments add to a company's name.
const PAGE: [&str; 9] = [
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

/// Lower case, without accents, words separated by one space.
fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
    {
        match c {
            'ß' => out.push_str("ss"),
            'ı' => out.push('i'),
            'ł' => out.push('l'),
            'ø' => out.push('o'),
            '\'' => {}
            '.' if out.chars().last().is_some_and(char::is_alphanumeric) => out.push('\u{1}'),
            '+' | '#' => out.push(c),
            c if c.is_alphanumeric() => out.push(c),
            _ => out.push(' '),
        }
    }
    // "S.p.A." is one word, "Tideline Inc. Berlin" three, "node.js" one.
    let words = out.split_whitespace().map(|w| w.replace('\u{1}', ""));
    words.filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The company as mails are matched to it: without case, accents, punctuation, legal form, page words and what stands
/// in brackets. Names are equal or not; a shared first word means nothing.
pub fn company(name: &str) -> String {
    let plain = without_brackets(name);
    let plain = plain.split(" | ").next().unwrap_or(&plain);
    let folded = fold(plain);
    let mut words: Vec<&str> = folded.split(' ').filter(|w| !w.is_empty()).collect();
    if words.len() > 1 && words.first() == Some(&"the") {
        words.remove(0);
    }
    let joins = |w: &&str| !["and", "und", "et", "y"].contains(w);
    if words.iter().filter(|w| joins(w)).count() > 1 {
        words.retain(joins);
    }
    while words.len() > 1
        && words
            .last()
            .is_some_and(|w| LEGAL.contains(w) || PAGE.contains(w))
    {
        words.pop();
    }
    let key = words.join(" ");
    let key = key
        .strip_suffix("com")
        .filter(|k| name.to_lowercase().contains(".com") && k.len() > 1)
        .unwrap_or(&key);
    if key.is_empty() {
        fold(name)
    } else {
        key.to_owned()
    }
}

/// The title as mails are matched to it: without case, accents, punctuation, gender notes and numbers of the job.
pub fn title(name: &str) -> String {
    let (plain, _) = split_requisition(name);
    let plain = plain.unwrap_or_default();
    let mut kept = String::with_capacity(plain.len());
    let mut rest = plain.as_str();
    while let Some((before, tail)) = rest.split_once('(') {
        kept.push_str(before);
        let Some((inside, after)) = tail.split_once(')') else {
            kept.push_str(tail);
            rest = "";
            break;
        };
        if !is_gender_note(inside) {
            kept.push(' ');
            kept.push_str(inside);
            kept.push(' ');
        }
        rest = after;
    }
    kept.push_str(rest);
    let folded = fold(&kept);
    let words = folded.split(' ').map(|w| match w {
        "sr" => "senior",
        "jr" => "junior",
        other => other,
    });
    words.collect::<Vec<_>>().join(" ")
}

/// `m/w/d`, `f/m/x`, `all genders`, `gn`.
fn is_gender_note(inside: &str) -> bool {
    let lower = inside.to_lowercase();
    let parts: Vec<&str> = lower
        .split(['/', '|', ',', ' '])
        .filter(|p| !p.is_empty())
        .collect();
    let letters = ["m", "w", "d", "f", "x", "h", "i", "div", "a", "gn"];
    (!parts.is_empty() && parts.iter().all(|p| letters.contains(p)))
        || lower.contains("gender")
        || lower == "remote"
}

/// Takes the number of the job off a title: `Data Analyst (R-1042)`, `Data Analyst - 20341`.
pub fn split_requisition(title: &str) -> (Option<String>, Option<String>) {
    let trimmed = title.trim();
    if let Some((first, rest)) = trimmed.split_once(' ')
        && is_requisition(first)
    {
        return (
            Some(rest.trim_start_matches(['-', '–', ':', ' ']).to_owned()),
            Some(first.to_uppercase()),
        );
    }
    let whole = (Some(trimmed.to_owned()), None);
    let (front, last) = if let Some(open) = trimmed.strip_suffix([')', ']']) {
        match open.rsplit_once(['(', '[']) {
            Some(parts) => parts,
            None => return whole,
        }
    } else if let Some(parts) = trimmed
        .rsplit_once(" - ")
        .or_else(|| trimmed.rsplit_once(" – "))
        .or_else(|| trimmed.rsplit_once(" | "))
    {
        parts
    } else if let Some(parts) = trimmed.rsplit_once(" #") {
        parts
    } else {
        return whole;
    };
    let lower = last.trim().to_lowercase();
    let number = [
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
        whole
    }
}

/// At least four digits, few letters: `R-1042`, `JR100234`, `2026-1188`; not a year.
pub fn is_requisition(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(char::is_ascii_alphabetic).count();
    let year = text.len() == 4 && (text.starts_with("19") || text.starts_with("20"));
    digits >= 4
        && letters <= 6
        && text.len() <= 24
        && !year
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// Takes quotes, brackets and punctuation off both ends; the full stop of `Inc.` and `S.p.A.` stays.
pub fn trim_name(raw: &str) -> &str {
    let marks = |c: char| {
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
    let mut name = raw.trim_matches(marks);
    if let Some(front) = name.strip_suffix('.') {
        let last = front.rsplit(' ').next().unwrap_or(front);
        let legal = LEGAL.contains(&fold(last).as_str()) || last.contains('.');
        if !legal {
            name = front.trim_matches(marks);
        }
    }
    if name.starts_with('\'') && name.ends_with('\'') && name.len() > 2 {
        name = name.trim_matches('\'');
    }
    name
}

fn without_brackets(name: &str) -> String {
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
        name.to_owned()
    } else {
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_is_the_same_with_and_without_its_legal_form() {
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
    }

    #[test]
    fn a_shared_first_word_is_not_the_same_company() {
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
    fn a_title_is_the_same_whatever_stands_around_it() {
        for name in [
            "Sr. Data Engineer (m/w/d)",
            "Senior Data Engineer",
            "Senior Data-Engineer (R-10423)",
            "Senior Data Engineer - 20341",
            "senior data engineer (all genders)",
        ] {
            assert_eq!(title(name), "senior data engineer", "{name}");
        }
        assert_ne!(title("Engineer, Backend"), title("Engineer, Frontend"));
        assert_ne!(title("C++ Engineer"), title("C# Engineer"));
        assert_ne!(title("Engineer II"), title("Engineer III"));
    }

    #[test]
    fn numbers_of_jobs_are_told_from_years_and_titles() {
        assert_eq!(
            split_requisition("Data Analyst (Req ID: R-10423)"),
            (Some("Data Analyst".into()), Some("R-10423".into()))
        );
        assert_eq!(
            split_requisition("Intern - 2026"),
            (Some("Intern - 2026".into()), None)
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
