//! Parses salaries in common formats.

use domain::jobapps::{SalaryInput, SalaryPeriod};

/// Currency signs, longer ones first.
const SIGNS: [(&str, &str); 16] = [
    ("us$", "USD"),
    ("ca$", "CAD"),
    ("c$", "CAD"),
    ("au$", "AUD"),
    ("a$", "AUD"),
    ("nz$", "NZD"),
    ("s$", "SGD"),
    ("hk$", "HKD"),
    ("r$", "BRL"),
    ("$", "USD"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("¥", "JPY"),
    ("₹", "INR"),
    ("zł", "PLN"),
    ("₪", "ILS"),
];
const PERIODS: [(&str, SalaryPeriod); 19] = [
    ("hour", SalaryPeriod::Hour),
    ("hourly", SalaryPeriod::Hour),
    ("hr", SalaryPeriod::Hour),
    ("hrs", SalaryPeriod::Hour),
    ("h", SalaryPeriod::Hour),
    ("day", SalaryPeriod::Day),
    ("daily", SalaryPeriod::Day),
    ("d", SalaryPeriod::Day),
    ("month", SalaryPeriod::Month),
    ("monthly", SalaryPeriod::Month),
    ("mo", SalaryPeriod::Month),
    ("mth", SalaryPeriod::Month),
    ("year", SalaryPeriod::Year),
    ("yearly", SalaryPeriod::Year),
    ("annual", SalaryPeriod::Year),
    ("annually", SalaryPeriod::Year),
    ("annum", SalaryPeriod::Year),
    ("yr", SalaryPeriod::Year),
    ("y", SalaryPeriod::Year),
];

/// Parses a salary such as `$80k - $95k / yr`. `None` if the text is not a salary. The currency is empty if the text has none.
pub(super) fn read(text: &str) -> Option<SalaryInput> {
    let lower = text.to_lowercase();
    let amounts = amounts(&lower);
    let (min, max) = match amounts.as_slice() {
        [one] if lower.trim_start().starts_with("up to") => (None, Some(one.value())),
        [one] => (Some(one.value()), None),
        [low, high] => {
            // In `80-95k`, the `k` applies to both numbers.
            let is_short = high.is_thousands && !low.is_thousands && low.number < 1000.0;
            let low = Amount {
                is_thousands: low.is_thousands || is_short,
                ..*low
            };
            (Some(low.value()), Some(high.value()))
        }
        _ => return None,
    };
    Some(SalaryInput {
        min,
        max,
        currency: currency(text).unwrap_or_default(),
        period: words(&lower).find_map(period).unwrap_or(SalaryPeriod::Year),
    })
}

/// Parses one amount, such as `85,000.00` or `85k`.
pub(super) fn read_amount(text: &str) -> Option<i64> {
    let lower = text.to_lowercase();
    match amounts(&lower).as_slice() {
        [one] => Some(one.value()),
        _ => None,
    }
}

/// The ISO 4217 code of a currency sign, or a code in the text.
pub(super) fn currency(text: &str) -> Option<String> {
    let code = text
        .split(|c: char| !c.is_alphabetic())
        .find(|word| word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase()));
    let lower = text.to_lowercase();
    let sign = SIGNS.iter().find(|(sign, _)| lower.contains(sign));
    code.map(str::to_owned)
        .or_else(|| sign.map(|(_, code)| (*code).to_owned()))
}

/// The period that a word stands for.
pub(super) fn period(word: &str) -> Option<SalaryPeriod> {
    let word = word.trim().to_lowercase();
    let found = PERIODS.iter().find(|(name, _)| *name == word);
    found.map(|(_, period)| *period)
}

fn words(lower: &str) -> impl Iterator<Item = &str> {
    lower
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
}

#[derive(Clone, Copy, Debug)]
struct Amount {
    number: f64,
    is_thousands: bool,
}

impl Amount {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cast saturates, and larger salaries are rejected"
    )]
    fn value(self) -> i64 {
        let factor = if self.is_thousands { 1000.0 } else { 1.0 };
        (self.number * factor).round() as i64
    }
}

/// The numbers in a lower-case text. A number ends at the first character that cannot belong to it.
fn amounts(lower: &str) -> Vec<Amount> {
    let characters: Vec<char> = lower.chars().collect();
    let mut amounts = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        if !characters[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        while at < characters.len() && is_part(&characters, at) {
            at += 1;
        }
        let digits: String = characters[start..at].iter().collect();
        let is_thousands = characters.get(at) == Some(&'k');
        if let Some(number) = number(&digits) {
            amounts.push(Amount { number, is_thousands });
        }
    }
    amounts
}

/// Whether the character is a digit, or a separator between two digits of the same number.
fn is_part(characters: &[char], at: usize) -> bool {
    let is_digit = |at: usize| characters.get(at).is_some_and(char::is_ascii_digit);
    match characters[at] {
        c if c.is_ascii_digit() => true,
        ',' | '.' | '\'' | '’' => is_digit(at + 1),
        ' ' | '\u{a0}' | '\u{202f}' => {
            // A group of exactly three digits follows.
            (1..=3).all(|n| is_digit(at + n)) && !is_digit(at + 4)
        }
        _ => false,
    }
}

/// Parses a number with separators. The last separator is the decimal point unless exactly three digits follow.
fn number(text: &str) -> Option<f64> {
    let decimal = text
        .rfind([',', '.'])
        .filter(|at| text.len() - at - 1 != 3)
        .unwrap_or(text.len());
    let digits = |part: &str| part.chars().filter(char::is_ascii_digit).collect::<String>();
    let (whole, fraction) = text.split_at(decimal);
    format!("{}.{}", digits(whole), digits(fraction)).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn salaries_are_read_as_people_write_them() {
        for (text, expected) in [
            ("$80,000 - $95,000", "80000-95000 USD year"),
            ("80-95k EUR", "80000-95000 EUR year"),
            ("$80k–$95k/yr", "80000-95000 USD year"),
            ("€72.000", "72000- EUR year"),
            ("£35.50 per hour", "36- GBP hour"),
            ("CHF 110 000 a year", "110000- CHF year"),
            ("up to 95k USD", "-95000 USD year"),
            ("CA$4,500.00 monthly", "4500- CAD month"),
            ("1'200'000 JPY", "1200000- JPY year"),
            ("55000", "55000-  year"),
        ] {
            let salary = read(text).expect(text);
            let amount = |amount: Option<i64>| amount.map(|n| n.to_string()).unwrap_or_default();
            let found = format!(
                "{}-{} {} {}",
                amount(salary.min),
                amount(salary.max),
                salary.currency,
                salary.period.as_str()
            );
            assert_eq!(found, expected, "{text}");
        }
        for text in ["", "competitive", "1 to 2 or 3", "DOE"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read_amount("85,000.00"), Some(85_000));
        assert_eq!(read_amount("85k"), Some(85_000));
        assert_eq!(read_amount("80-85"), None);
        assert_eq!(read_amount(&"9".repeat(400)), Some(i64::MAX));
        assert_eq!(period("Per"), None);
        assert_eq!(period(" Yearly "), Some(SalaryPeriod::Year));
    }
}
