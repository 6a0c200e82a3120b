//! Password strength.

use super::Hasher;
use crate::Error;
use domain::{
    FieldCode,
    auth::{MIN_PASSWORD_LEN, MIN_STRONG_PASSWORD_LEN},
    users::EmailAddress,
};
use std::{collections::HashSet, sync::LazyLock};
use zxcvbn::{Score, zxcvbn};

/// The most common passwords with at least six characters in lower case, from leaks: the list of zxcvbn (MIT licence).
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());
/// Maximum number of digits and symbols at the end of a password that are ignored in the search for common passwords.
const MAX_IGNORED_SUFFIX: usize = 4;
/// The product name: allowed in a password, but it adds no strength.
const PRODUCT: &str = "jobhax";
/// Shorter parts of the email address and of names are ignored.
const MIN_WORD_LEN: usize = 3;

/// [`check_strength_blocking`] on a blocking thread: for some passwords the check takes long.
pub(in crate::auth) async fn check_strength(
    hasher: &Hasher,
    password: &str,
    email: &EmailAddress,
    names: [Option<String>; 2],
) -> Result<Result<(), (FieldCode, String)>, Error> {
    let (password, email) = (password.to_owned(), email.clone());
    hasher
        .run(move || check_strength_blocking(&password, &email, &names.each_ref().map(Option::as_deref)))
        .await
}

/// Checks a password of allowed length: it must have 12 characters, or be strong; it must not be common, nor consist of the
/// email address, the user's names or the product name. The work is bounded, because passwords have at most 128
/// characters and addresses 254.
fn check_strength_blocking(
    password: &str,
    email: &EmailAddress,
    names: &[Option<&str>],
) -> Result<(), (FieldCode, String)> {
    let not_allowed = |detail: &str| Err((FieldCode::NotAllowed, detail.to_owned()));
    let lower = password.to_lowercase();
    if is_common(&lower) {
        return not_allowed("This is a very common password. Choose a different one.");
    }
    let words = words(email, names);
    let rest = words.iter().fold(lower, |rest, word| rest.replace(word, ""));
    if rest.chars().filter(|c| !c.is_whitespace()).count() < MIN_STRONG_PASSWORD_LEN {
        return not_allowed(
            "This consists mostly of your name, your email address or our name. Try a sentence of your own.",
        );
    }
    let inputs: Vec<&str> = words.iter().map(String::as_str).collect();
    let estimate = zxcvbn(password, &inputs);
    // Fewer than a million guesses: a common word, a keyboard pattern, a date.
    if estimate.score() <= Score::One {
        return not_allowed("This password is easy to guess. Try a sentence of your own.");
    }
    if password.chars().count() < MIN_PASSWORD_LEN && estimate.score() != Score::Four {
        let detail = format!("Use at least {MIN_PASSWORD_LEN} characters, or a stronger password.");
        return Err((FieldCode::TooShort, detail));
    }
    Ok(())
}

/// Whether the password is on the list, ignoring a few digits and symbols at its end.
fn is_common(lower: &str) -> bool {
    if COMMON.contains(lower) {
        return true;
    }
    let bare = lower.trim_end_matches(|c: char| !c.is_alphabetic());
    let suffix_len = lower.chars().count() - bare.chars().count();
    (1..=MAX_IGNORED_SUFFIX).contains(&suffix_len) && COMMON.contains(bare)
}

/// The product name and the parts of the user's names and email address, the longest first.
fn words(email: &EmailAddress, names: &[Option<&str>]) -> Vec<String> {
    let address = email.as_str().to_lowercase();
    let names = names.iter().flatten().map(|name| name.to_lowercase());
    let mut words: Vec<String> = names
        .chain([address])
        .flat_map(|text| {
            text.split(|c: char| !c.is_alphanumeric())
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .chain([PRODUCT.to_owned()])
        .filter(|word| word.chars().count() >= MIN_WORD_LEN)
        .collect();
    words.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::auth::MAX_PASSWORD_LEN;
    use std::time::{Duration, Instant};

    fn mara() -> EmailAddress {
        EmailAddress::parse("mara@fernway.example.org").expect("address")
    }

    fn check_for_mara(password: &str) -> Result<(), (FieldCode, String)> {
        check_strength_blocking(password, &mara(), &[Some("Mara"), Some("Lindqvist")])
    }

    #[test]
    fn strength_depends_on_guessability_not_on_composition() {
        for strong in [
            "correct horse battery staple",
            "tR0ub4dor&3!xq",
            "über den wolken 7",
            "x8#Kq!2vZpW7",
            "Lindqvist herds seven quiet cats",
            "marathon zebra plinth 88",
            "🦊🐢🦉🐝🦋🐌🦕🦑🐙🦀🐡🐬",
        ] {
            assert_eq!(check_for_mara(strong), Ok(()), "{strong}");
        }
        for weak in ["aaaaaaaaaaaaaaa", "short1!a", "abcdefghijklm", "12345678901234"] {
            assert!(check_for_mara(weak).is_err(), "{weak}");
        }
    }

    #[test]
    fn weak_password_error_names_the_reason() {
        for (weak, reason) in [
            ("Password", "very common"),
            ("qwertyuiop", "very common"),
            ("SonyEricsson1!", "very common"),
            ("sunshine2026", "very common"),
            ("mara@fernway.example.org", "consists mostly"),
            ("mara.mara.mara-9", "consists mostly"),
            ("JobHax jobhax JOBHAX", "consists mostly"),
            ("lindqvist1234", "consists mostly"),
            ("Lindqvist.Fernway!", "consists mostly"),
        ] {
            let (code, detail) = check_for_mara(weak).expect_err(weak);
            assert_eq!(code, FieldCode::NotAllowed, "{weak}");
            assert!(detail.contains(reason), "{weak}: {detail}");
        }
        assert!(COMMON.len() > 10_000);
    }

    #[test]
    fn check_of_longest_passwords_takes_less_than_a_second() {
        let long = |unit: &str| -> String { unit.chars().cycle().take(MAX_PASSWORD_LEN).collect() };
        let address = format!("{}@{}.example.org", "a.b-c".repeat(12), "x".repeat(60));
        let email = EmailAddress::parse(&address).expect("address");
        for unit in [
            "a", "ab", "1aA!", "password", "qwerty12", "20112011", "é", "a.b-c",
        ] {
            let password = long(unit);
            let started = Instant::now();
            let _ = check_strength_blocking(&password, &email, &[Some(&"n ".repeat(50)), None]);
            assert!(
                started.elapsed() < Duration::from_secs(1),
                "{unit}: {:?}",
                started.elapsed()
            );
        }
    }
}
