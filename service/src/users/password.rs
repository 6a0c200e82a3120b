//! Which passwords are good enough.

use domain::{
    FieldCode,
    users::{EmailAddress, PASSWORD_MIN},
};
use zxcvbn::{Score, zxcvbn};

/// Judges a password whose length is within bounds: twelve characters, or fewer when strong; not a common one; not
/// made of the address.
pub(crate) fn judge(password: &str, email: &EmailAddress) -> Result<(), (FieldCode, String)> {
    let not_allowed = |detail: &str| Err((FieldCode::NotAllowed, detail.to_owned()));
    let local = email.local_part().to_lowercase();
    if local.chars().count() >= 3 && password.to_lowercase().contains(&local) {
        return not_allowed("Leave your e-mail address out of the password.");
    }
    let judged = zxcvbn(password, &["jobhax"]);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_sentences_and_refuses_what_everybody_guesses() {
        let email = EmailAddress::parse("mara@example.org").expect("address");
        for good in [
            "correct horse battery staple",
            "tR0ub4dor&3!xq",
            "über den wolken 7",
            "x8#Kq!2vZpW7",
        ] {
            assert_eq!(judge(good, &email), Ok(()), "{good}");
        }
        for bad in [
            "password",
            "123456789012",
            "aaaaaaaaaaaaaaa",
            "mara-loves-dogs-9",
            "qwertyuiop",
            "short1!a",
        ] {
            assert!(judge(bad, &email).is_err(), "{bad}");
        }
    }
}
