//! Infers the employer from the sender's address.

use crate::{classifier::ruleset::Platform, match_key, parser::Headers};
use aho_corasick::AhoCorasick;
use std::{borrow::Cow, sync::LazyLock};

/// Providers of personal mailboxes, whose domains say nothing about an employer.
const MAILBOX_PROVIDERS: &[&str] = &[
    "gmail",
    "googlemail",
    "outlook",
    "hotmail",
    "live",
    "msn",
    "yahoo",
    "ymail",
    "icloud",
    "me",
    "mac",
    "aol",
    "gmx",
    "web",
    "t-online",
    "freenet",
    "posteo",
    "proton",
    "protonmail",
    "fastmail",
    "mail",
    "orange",
    "free",
    "libero",
    "wp",
    "onet",
    // Reserved for examples.
    "example",
];
/// Second-level domains under which organizations register, such as `co` in `co.uk`; `example` is reserved for examples.
const SECOND_LEVEL: &[&str] = &[
    "co", "com", "org", "net", "ac", "gov", "edu", "or", "ne", "gob", "gouv", "nhs", "sch", "nsw", "vic",
    "qld", "govt", "k12", "example",
];
/// Generic words in domains that email is sent from; they do not name an employer.
const GENERIC_DOMAIN_WORDS: &[&str] = &[
    "hr",
    "mail",
    "email",
    "mailer",
    "candidate",
    "candidates",
    "post",
    "jobs",
    "job",
    "career",
    "careers",
    "talent",
    "recruit",
    "recruiting",
    "recruitment",
    "apply",
    "notify",
    "notifications",
    "online",
    "portal",
    "ats",
    "hiring",
    "system",
];
/// Words for departments and mail accounts; a domain label that contains one does not name an employer.
const ACCOUNT_WORDS: &[&str] = &[
    "rh",
    "rrhh",
    "hr",
    "noreply",
    "reply",
    "repondre",
    "antworten",
    "inscricoes",
    "vagas",
    "bewerbung",
    "ik",
    "basvuru",
    "kariyer",
    "rekrutacja",
    "sollicitatie",
];
/// Local parts of addresses that belong to an office or a role, not to a person.
#[rustfmt::skip]
const OFFICE_WORDS: &[&str] = &[
    "info", "office", "kontakt", "contact", "contacto", "contato", "hello", "hallo", "team", "admin", "biuro", "sekretariat",
    "secretaria", "segreteria", "secretariat", "direktion", "direction", "direccion", "direzione", "geral", "bilgi", "reception",
    "rezeption", "recepcion", "receptie", "buero", "verwaltung", "personal", "personnel", "personale", "personeel", "kadry", "praca",
    "kariera", "lavoro", "selezione", "seleccion", "empleo", "emploi", "recrutement", "recrutamento", "jobb", "rekrytering",
    "werving", "vacatures", "werken", "werkenbij", "candidature", "selecao", "gente", "talentos", "reclutamiento", "isealim", "zatrudnienie",
    "insankultur", "insankaynaklari", "concorsi", "produzione", "coordenacao", "rektor", "manager", "event", "candidatures", "candidaturas", "karriere", "vacancies", "resourcing",
];
/// Minimum length, in bytes, for prefix and substring matches between a domain label and a company name.
const MIN_PARTIAL_LABEL_LEN: usize = 5;
const MIN_ABBREVIATION_LEN: usize = 3;
const MAX_ABBREVIATED_WORDS: usize = 6;
/// Words of up to this many bytes may be skipped in an abbreviation.
const MAX_SKIPPED_WORD_LEN: usize = 3;

/// The sender of a message.
#[derive(Clone, Copy)]
pub struct Sender<'a> {
    /// The email address in lower case; empty if there is none.
    pub address: &'a str,
    /// Whether the address belongs to a platform rather than to the employer.
    pub is_platform: bool,
}

impl<'a> Sender<'a> {
    /// The sender of a message. `platform` is the platform that sent it, if one did.
    pub fn new(headers: &'a Headers, platform: Option<&Platform>) -> Self {
        Self {
            address: &headers.from,
            is_platform: platform.is_some(),
        }
    }

    /// Whether the address belongs to a department or office, so that the display name is unlikely to be a person's.
    pub fn is_department(&self) -> bool {
        let local = self.address.split('@').next().unwrap_or_default();
        !self.is_platform && local.split(['.', '-', '_']).any(is_office_word)
    }

    /// The domain label that names the employer, such as `moss` in `mail.moss.co.uk`; `None` for platforms, mailbox providers and generic
    /// domains.
    pub fn employer_domain(&self) -> Option<&'a str> {
        if self.is_platform {
            return None;
        }
        self.domain_label().filter(|label| {
            !MAILBOX_PROVIDERS.contains(label)
                && !label.split('-').all(|w| GENERIC_DOMAIN_WORDS.contains(&w))
                && !label.split('-').any(|w| ACCOUNT_WORDS.contains(&w))
        })
    }

    fn domain_label(&self) -> Option<&'a str> {
        let (_, host) = self.address.rsplit_once('@')?;
        let labels: Vec<&str> = host.split('.').collect();
        let mut index = labels.len().checked_sub(2)?;
        while index > 0 && labels.get(index).is_some_and(|l| SECOND_LEVEL.contains(l)) {
            index -= 1;
        }
        labels.get(index).copied().filter(|l| l.len() > 1)
    }

    /// How well a company's match key fits the sender's domain or, on a platform, the employer's account there, from 0 to 1.
    pub fn domain_fit(&self, key: &str) -> f32 {
        let words: Vec<&str> = key.split(' ').collect();
        let joined = words.concat();
        if joined.chars().count() < 3 {
            return 0.0;
        }
        let Some((local, host)) = self.address.rsplit_once('@') else {
            return 0.0;
        };
        let whole: String = host.chars().filter(|c| *c != '.' && *c != '-').collect();
        if !self.is_platform && whole == joined {
            return 1.0;
        }
        // A platform's own domain says nothing about the employer.
        let own_labels = if self.is_platform {
            host.split('.').take(usize::from(host.matches('.').count() > 1))
        } else {
            host.split('.').take(usize::MAX)
        };
        let labels = own_labels.chain(self.is_platform.then_some(local));
        labels
            .map(|label| label_fit(label, &words, &joined))
            .fold(0.0, f32::max)
    }

    /// Removes an office word from a display name if the address repeats it: "Office Moss Gallery" with office@moss.com.
    pub fn without_office<'n>(&self, name: &'n str) -> &'n str {
        let local = self.address.split('@').next().unwrap_or_default();
        let is_office = |word: &str| {
            let folded = match_key::fold(word);
            is_office_word(&folded) && local.split(['.', '-', '_']).any(|part| part == folded)
        };
        match (name.split_once(' '), name.rsplit_once(' ')) {
            (Some((first, rest)), _) if rest.contains(' ') && is_office(first) => rest,
            (_, Some((rest, last))) if rest.contains(' ') && is_office(last) => rest,
            _ => name,
        }
    }

    /// Whether a display name is a person's, because the local part of the address contains it.
    pub fn is_person(&self, name: &str) -> bool {
        let Some((local, _)) = self.address.rsplit_once('@') else {
            return false;
        };
        let folded = match_key::fold(name);
        let words: Vec<&str> = folded.split(' ').collect();
        if !(2..=4).contains(&words.len()) {
            return false;
        }
        // An organization: the domain begins with two adjacent words of "Moss Cruises Crew" <crew@mosscruises.com>.
        let domain = self.employer_domain().unwrap_or_default().replace('-', "");
        let is_in_domain = words
            .iter()
            .zip(words.iter().skip(1))
            .any(|(a, b)| domain.starts_with(&format!("{a}{b}")) && *a != local && *b != local);
        if is_in_domain {
            return false;
        }
        let local = match_key::fold(&local.replace(['.', '_', '-', '+'], " "));
        let parts: Vec<&str> = local.split(' ').collect();
        let initials = |word: &&&str| word.chars().next();
        // On a platform, the local part may be an employer's account, so the full name is required in separate parts, as in "first.last".
        let is_whole = parts.len() > 1 && words.iter().all(|word| parts.contains(word));
        if self.is_platform {
            return is_whole;
        }
        // The last name comes first: "Monroe, Patricia".
        let is_reversed = name.contains(", ");
        let names: Vec<(&&str, &&str)> = words
            .first()
            .into_iter()
            .flat_map(|first| words.iter().skip(1).map(move |last| (first, last)))
            .collect();
        let fits = |part: &str, first: &&str, last: &&str| {
            initials(&first).is_some_and(|initial| {
                part == format!("{initial}{last}") || part == format!("{last}{initial}")
            })
        };
        // "Moss Recruitment" <recruitment@moss.com> is not a person.
        parts.iter().filter(|part| !is_office_word(part)).any(|part| {
            words.contains(part)
                || names
                    .iter()
                    .any(|(first, last)| fits(part, first, last) || (is_reversed && fits(part, last, first)))
        })
    }
}

fn is_office_word(word: &str) -> bool {
    GENERIC_DOMAIN_WORDS.contains(&word) || ACCOUNT_WORDS.contains(&word) || OFFICE_WORDS.contains(&word)
}

/// Substrings of names and addresses of recruiting agencies.
const AGENCY_WORDS: &[&str] = &[
    "recruit",
    "recrui",
    "staffing",
    "search",
    "talent",
    "personal",
    "headhunt",
    "executive",
    "consult",
    "uitzend",
    "interim",
    "rekryter",
    "rekrut",
    "resourcing",
    "selection",
    "zeitarbeit",
    "rh",
    "selez",
    "werving",
    "arbeitsvermittl",
    "placement",
];
/// Phrases that agencies use for the employer they recruit for, in lower case.
const CLIENT_PHRASES: &[&str] = &[
    "my client",
    "our client",
    "client of ours",
    "the firm in",
    "the company in",
    "the client",
    "behalf of a client",
    "a client",
    "unser kunde",
    "der kunde",
    "mein kunde",
    "eines kunden",
    "meines kunden",
    "unser mandant",
    "mein mandant",
    "unseren kunden",
    "unseres kunden",
    "meines mandanten",
    "unseres mandanten",
    "meinen mandanten",
    "unseren mandanten",
    "notre client",
    "mon client",
    "le client",
    "un client",
    "un de nos clients",
    "un cliente",
    "el cliente",
    "il cliente",
    "o cliente",
    "mijn klant",
    "de klant",
    "kunden har",
    "min kund",
    "en kund",
    "vår uppdragsgivare",
    "mój klient",
    "klient zdecydował",
    "naszym klientem",
    "nuestro cliente",
    "mi cliente",
    "nosso cliente",
    "meu cliente",
    "nostro cliente",
    "mio cliente",
    "opdrachtgever",
    "onze klant",
    "vår kund",
    "vår klient",
    "naszego klienta",
    "nasz klient",
    "mojego klienta",
    "müşterimiz",
];

static IS_AGENCY: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(AGENCY_WORDS).ok());
static IS_CLIENT: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(CLIENT_PHRASES).ok());

/// Whether the sender is a recruiting agency that writes about a client.
pub fn is_agency(headers: &Headers, sentences: &[&str]) -> bool {
    let sender = format!("{} {}", headers.from_name, headers.from).to_lowercase();
    IS_AGENCY.as_ref().is_some_and(|words| words.is_match(&sender))
        && sentences.iter().any(|sentence| {
            let lower = sentence.to_lowercase();
            IS_CLIENT.as_ref().is_some_and(|phrases| phrases.is_match(&lower))
                && CLIENT_PHRASES.iter().any(|phrase| {
                    lower
                        .split_once(phrase)
                        .is_some_and(|(_, rest)| !rest.starts_with(char::is_alphanumeric))
                })
        })
}

/// How well a company name fits a domain label, from 0 to 1. `joined` is the name without spaces.
fn label_fit(label: &str, words: &[&str], joined: &str) -> f32 {
    let has_part = label.contains('-')
        && label
            .split('-')
            .filter(|part| part.len() > MIN_PARTIAL_LABEL_LEN && !GENERIC_DOMAIN_WORDS.contains(part))
            .any(|part| joined.contains(part));
    let label: String = label.chars().filter(|c| c.is_alphanumeric()).collect();
    // Domains spell umlauts as two letters, such as "ue" for "ü".
    let has_umlaut = label
        .as_bytes()
        .windows(2)
        .any(|pair| matches!(pair, [b'a' | b'o' | b'u', b'e']));
    let plain = if has_umlaut {
        Cow::Owned(label.replace("ae", "a").replace("oe", "o").replace("ue", "u"))
    } else {
        Cow::Borrowed(label.as_str())
    };
    let is_long = label.len() >= MIN_PARTIAL_LABEL_LEN;
    let without_article = label.strip_prefix("the").unwrap_or(&label);
    let is_without_and = || label.len() > joined.len() && label.replace("and", "") == joined;
    if [label.as_str(), &plain, without_article].contains(&joined) || is_without_and() {
        1.0
    } else if is_long && (joined.starts_with(&label) || joined.starts_with(&*plain)) {
        0.9
    } else if is_abbreviation(&label, words) || is_beginning_and_end(&label, words) {
        0.85
    } else if is_long && (joined.contains(&label) || joined.contains(&*plain)) {
        0.7
    } else if joined.len() >= MIN_PARTIAL_LABEL_LEN && label.starts_with(joined) {
        0.6
    } else if has_part {
        0.5
    } else {
        0.0
    }
}

/// Whether a label consists of the first and the last word of a name: "mossrescue" for "Moss Animal Rescue".
fn is_beginning_and_end(label: &str, words: &[&str]) -> bool {
    words.len() > 2
        && words
            .split_first()
            .and_then(|(first, _)| label.strip_prefix(first))
            .is_some_and(|rest| rest.len() > MAX_SKIPPED_WORD_LEN && words.last() == Some(&rest))
}

/// Whether a label is an abbreviation made of prefixes of a name's words, where short words may be skipped: "upcuyo" for "Universidad
/// Popular de Cuyo".
fn is_abbreviation(label: &str, words: &[&str]) -> bool {
    (2..=MAX_ABBREVIATED_WORDS).contains(&words.len())
        && label.len() >= MIN_ABBREVIATION_LEN
        && continues_abbreviation(label, words, 0)
}

fn continues_abbreviation(label: &str, words: &[&str], used: usize) -> bool {
    let Some((word, rest)) = words.split_first() else {
        return label.is_empty() && used > 1;
    };
    let is_short = word.len() <= MAX_SKIPPED_WORD_LEN;
    if is_short && continues_abbreviation(label, rest, used) {
        return true;
    }
    let common = label
        .bytes()
        .zip(word.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    (1..=common).any(|len| {
        label
            .get(len..)
            .is_some_and(|label| continues_abbreviation(label, rest, used + 1))
    })
}
