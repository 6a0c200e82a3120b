//! Which passwords are good enough.

use super::Hasher;
use crate::Error;
use domain::{
    FieldCode,
    users::{EmailAddress, PASSWORD_MIN, PASSWORD_MIN_STRONG},
};
use std::{collections::HashSet, sync::LazyLock};
use zxcvbn::{Score, zxcvbn};

/// The passwords that people choose most, of six characters and more, in lower case: the list of zxcvbn
/// (MIT licence), taken from leaks.
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());
/// Signs that are hung on a common password to make it look like another one.
const HUNG_ON: usize = 4;
/// Words of ours and of the person that a password may hold, but not be made of.
const PRODUCT: &str = "jobhax";
const SHORTEST_WORD: usize = 4;

/// [`judge`], off the async threads: a password can be made so that judging it takes a while.
pub(crate) async fn judge_apart(
    hasher: &Hasher,
    password: &str,
    email: &EmailAddress,
    names: [Option<String>; 2],
) -> Result<Result<(), (FieldCode, String)>, Error> {
    let (password, email) = (password.to_owned(), email.clone());
    hasher
        .run(move || judge(&password, &email, &names.each_ref().map(Option::as_deref)))
        .await
}

/// Judges a password whose length is within bounds: twelve characters, or fewer when strong; not a common one; not made
/// of the address, the person's names or ours. Bounded work: a password has 128 characters at most, an address 254.
fn judge(password: &str, email: &EmailAddress, names: &[Option<&str>]) -> Result<(), (FieldCode, String)> {
    let not_allowed = |detail: &str| Err((FieldCode::NotAllowed, detail.to_owned()));
    let lower = password.to_lowercase();
    let local = email.local_part().to_lowercase();
    if local.chars().count() >= 3 && lower.contains(&local) {
        return not_allowed("Leave your e-mail address out of the password.");
    }
    if is_common(&lower) {
        return not_allowed("This is on the list of passwords that everybody tries first.");
    }
    let words = words(email, names);
    let rest = words.iter().fold(lower, |rest, word| rest.replace(word, ""));
    if rest.chars().filter(|c| !c.is_whitespace()).count() < PASSWORD_MIN_STRONG {
        return not_allowed(
            "This is made of your name, your address or ours. A sentence of your own works well.",
        );
    }
    let inputs: Vec<&str> = words.iter().map(String::as_str).collect();
    let judged = zxcvbn(password, &inputs);
    // Fewer than a million guesses: a word of the common lists, a walk over the keyboard, a date.
    if judged.score() <= Score::One {
        return not_allowed(
            "This is among the first that anybody would guess. A sentence of your own works well.",
        );
    }
    if password.chars().count() < PASSWORD_MIN && judged.score() != Score::Four {
        let detail = format!("Use {PASSWORD_MIN} characters or more, or a stronger mix.");
        return Err((FieldCode::TooShort, detail));
    }
    Ok(())
}

/// Whether it stands on the list, also with a few digits or signs behind it.
fn is_common(lower: &str) -> bool {
    if COMMON.contains(lower) {
        return true;
    }
    let bare = lower.trim_end_matches(|c: char| !c.is_alphabetic());
    let hung_on = lower.chars().count() - bare.chars().count();
    (1..=HUNG_ON).contains(&hung_on) && COMMON.contains(bare)
}

/// Our name, the person's names, and the pieces of the address, the longest first.
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
        .filter(|word| word.chars().count() >= SHORTEST_WORD)
        .collect();
    words.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::users::PASSWORD_MAX;
    use std::time::{Duration, Instant};

    fn mara() -> EmailAddress {
        EmailAddress::parse("mara@fernway.example.org").expect("address")
    }

    fn of_mara(password: &str) -> Result<(), (FieldCode, String)> {
        judge(password, &mara(), &[Some("Mara"), Some("Lindqvist")])
    }

    /// PW-1, PW-2: length decides, not composition.
    #[test]
    fn takes_sentences_and_refuses_what_everybody_guesses() {
        for good in [
            "correct horse battery staple",
            "tR0ub4dor&3!xq",
            "über den wolken 7",
            "x8#Kq!2vZpW7",
            "Lindqvist herds seven quiet cats",
            "🦊🐢🦉🐝🦋🐌🦕🦑🐙🦀🐡🐬",
        ] {
            assert_eq!(of_mara(good), Ok(()), "{good}");
        }
        for bad in ["aaaaaaaaaaaaaaa", "short1!a", "abcdefghijklm", "12345678901234"] {
            assert!(of_mara(bad).is_err(), "{bad}");
        }
    }

    /// PW-3: each class with its own reason.
    #[test]
    fn says_why_a_password_is_refused() {
        for (bad, reason) in [
            ("Password", "everybody tries"),
            ("qwertyuiop", "everybody tries"),
            ("SonyEricsson1!", "everybody tries"),
            ("sunshine2026", "everybody tries"),
            ("mara-loves-dogs-9", "e-mail address"),
            ("JobHax jobhax JOBHAX", "made of"),
            ("lindqvist1234", "made of"),
            ("Lindqvist.Fernway!", "made of"),
        ] {
            let (code, detail) = of_mara(bad).expect_err(bad);
            assert_eq!(code, FieldCode::NotAllowed, "{bad}");
            assert!(detail.contains(reason), "{bad}: {detail}");
        }
        assert!(COMMON.len() > 10_000);
    }

    /// AT-18: no input within the bounds makes judging slow.
    #[test]
    fn judging_is_bounded() {
        let long = |unit: &str| -> String { unit.chars().cycle().take(PASSWORD_MAX).collect() };
        let address = format!("{}@{}.example.org", "a.b-c".repeat(12), "x".repeat(60));
        let email = EmailAddress::parse(&address).expect("address");
        for unit in [
            "a", "ab", "1aA!", "password", "qwerty12", "20112011", "é", "a.b-c",
        ] {
            let password = long(unit);
            let began = Instant::now();
            let _ = judge(&password, &email, &[Some(&"n ".repeat(50)), None]);
            assert!(
                began.elapsed() < Duration::from_secs(1),
                "{unit}: {:?}",
                began.elapsed()
            );
        }
    }
}
