//! Time zones in headers: numeric offsets, abbreviations worldwide, and names such as `EST5EDT` or `Europe/Berlin`.

use chrono::{DateTime, FixedOffset, NaiveDateTime, Offset as _, TimeZone as _};
use chrono_tz::Tz;

/// What a header says about its time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Zone {
    /// One or more possible offsets in minutes east of Greenwich, the most frequent first.
    Offsets(Vec<i32>),
    /// `-0000`: the time is in UTC, but the sender's own zone is unknown (RFC 5322 §3.3).
    UtcOnly,
    /// The zone is missing or not recognized.
    Unknown,
}

/// Abbreviations and their UTC offsets as hours and minutes: `530` is 5:30. If an abbreviation has several meanings, the most
/// frequent one is first.
const ABBREVIATIONS: [(&str, &[i32]); 97] = [
    ("UT", &[0]),
    ("UTC", &[0]),
    ("GMT", &[0]),
    ("Z", &[0]),
    ("WET", &[0]),
    ("WEST", &[100]),
    ("WEDT", &[100]),
    ("BST", &[100, 600]),
    ("CET", &[100]),
    ("MET", &[100]),
    ("MEZ", &[100]),
    ("CEST", &[200]),
    ("CEDT", &[200]),
    ("MEST", &[200]),
    ("MESZ", &[200]),
    ("EET", &[200]),
    ("EEST", &[300]),
    ("EEDT", &[300]),
    ("SAST", &[200]),
    ("CAT", &[200]),
    ("WAT", &[100]),
    ("WAST", &[200]),
    ("EAT", &[300]),
    ("MSK", &[300]),
    ("MSD", &[400]),
    ("TRT", &[300]),
    ("IST", &[530, 200, 100]),
    ("IDT", &[300]),
    ("AST", &[-400, 300]),
    ("ADT", &[-300]),
    ("IRST", &[330]),
    ("IRDT", &[430]),
    ("GST", &[400]),
    ("AMT", &[-400, 400]),
    ("AZT", &[400]),
    ("GET", &[400]),
    ("SAMT", &[400]),
    ("PKT", &[500]),
    ("UZT", &[500]),
    ("YEKT", &[500]),
    ("NPT", &[545]),
    ("BDT", &[600]),
    ("ALMT", &[500, 600]),
    ("OMST", &[600]),
    ("MMT", &[630]),
    ("ICT", &[700]),
    ("WIB", &[700]),
    ("NOVT", &[700]),
    ("KRAT", &[700]),
    ("HKT", &[800]),
    ("SGT", &[800]),
    ("MYT", &[800]),
    ("PHT", &[800]),
    ("PHST", &[800]),
    ("WITA", &[800]),
    ("AWST", &[800]),
    ("IRKT", &[800]),
    ("JST", &[900]),
    ("KST", &[900]),
    ("WIT", &[900]),
    ("YAKT", &[900]),
    ("ACST", &[930]),
    ("ACDT", &[1030]),
    ("AEST", &[1000]),
    ("AEDT", &[1100]),
    ("CHST", &[1000]),
    ("VLAT", &[1000]),
    ("NZST", &[1200]),
    ("NZDT", &[1300]),
    ("FJT", &[1200]),
    ("CHAST", &[1245]),
    ("EST", &[-500, 1000]),
    ("EDT", &[-400, 1100]),
    ("CST", &[-600, 800]),
    ("CDT", &[-500]),
    ("MST", &[-700]),
    ("MDT", &[-600]),
    ("PST", &[-800, 800]),
    ("PDT", &[-700]),
    ("AKST", &[-900]),
    ("AKDT", &[-800]),
    ("HST", &[-1000]),
    ("HDT", &[-900]),
    ("SST", &[-1100, 800]),
    ("NST", &[-330]),
    ("NDT", &[-230]),
    ("BRT", &[-300]),
    ("BRST", &[-200]),
    ("ART", &[-300]),
    ("UYT", &[-300]),
    ("CLT", &[-400]),
    ("CLST", &[-300]),
    ("BOT", &[-400]),
    ("VET", &[-400]),
    ("COT", &[-500]),
    ("PET", &[-500]),
    ("ECT", &[-500]),
];

impl Zone {
    /// Parses `+0200`, `-03:30`, `GMT+2`, `CEST`, `EST5EDT` or `Europe/Berlin`. Names in the IANA database have the offset at
    /// the time `local`.
    pub fn parse(token: &str, local: NaiveDateTime) -> Option<Self> {
        let token = token.trim_matches(|c: char| matches!(c, '(' | ')' | ',' | ';' | '"' | '.'));
        if let Some(zone) = parse_numeric(token) {
            return Some(zone);
        }
        let upper = token.to_ascii_uppercase();
        for prefix in ["GMT", "UTC", "UT"] {
            if let Some(rest) = upper.strip_prefix(prefix)
                && let Some(zone) = parse_numeric(rest)
            {
                return Some(zone);
            }
        }
        if let Some((_, offsets)) = ABBREVIATIONS.iter().find(|(name, _)| *name == upper) {
            return Some(Self::Offsets(offsets.iter().map(|o| minutes(*o)).collect()));
        }
        let is_database_name = token.contains('/') || token.bytes().any(|b| b.is_ascii_digit());
        let zone: Tz = is_database_name.then(|| token.parse().ok()).flatten()?;
        let offset = zone.offset_from_local_datetime(&local).earliest()?;
        Some(Self::Offsets(vec![offset.fix().local_minus_utc() / 60]))
    }
}

/// Converts an offset from hours and minutes, such as `530`, to minutes.
const fn minutes(hours_and_minutes: i32) -> i32 {
    hours_and_minutes / 100 * 60 + hours_and_minutes % 100
}

/// Parses `+0200`, `+02:00`, `+2` or `-0000`. Offsets beyond 14 hours are [`Zone::Unknown`].
fn parse_numeric(token: &str) -> Option<Zone> {
    let (is_negative, digits) = match token.strip_prefix(['+', '-', '\u{2212}']) {
        Some(rest) => (!token.starts_with('+'), rest),
        None => return None,
    };
    let digits: String = digits.chars().filter(|c| *c != ':').collect();
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i32 = digits.parse().ok()?;
    let number = if digits.len() <= 2 { number * 100 } else { number };
    if number == 0 && is_negative {
        return Some(Zone::UtcOnly);
    }
    if number % 100 >= 60 || number > 1400 {
        return Some(Zone::Unknown);
    }
    let offset = minutes(number);
    Some(Zone::Offsets(vec![if is_negative { -offset } else { offset }]))
}

/// Converts minutes east of Greenwich to an offset.
pub fn fixed_offset(minutes: i32) -> Option<FixedOffset> {
    FixedOffset::east_opt(minutes * 60)
}

/// Converts a zone name or a numeric offset to a UTC offset; the most frequent one if the name is ambiguous.
pub fn zone_offset(name: &str) -> Option<FixedOffset> {
    match Zone::parse(name, DateTime::UNIX_EPOCH.naive_utc())? {
        Zone::Offsets(offsets) => fixed_offset(*offsets.first()?),
        Zone::UtcOnly | Zone::Unknown => None,
    }
}
