//! What stands in letters. Two forms of the same words: plain text, and HTML that needs nothing from anywhere.

use super::Kind;
use chrono::{DateTime, Utc};

/// A letter, ready for its envelope.
pub(super) struct Words {
    pub subject: &'static str,
    pub plain: String,
    pub html: String,
}

/// What a letter speaks of.
pub(super) struct About<'a> {
    pub name: Option<&'a str>,
    pub link: &'a str,
    /// In our own words.
    pub agent: Option<&'a str>,
    pub at: DateTime<Utc>,
    pub time_zone: &'a str,
}

/// A part of a letter, one below the other.
enum Part {
    Text(String),
    Link(&'static str),
}

/// Writes a letter.
pub(super) fn letter(kind: Kind, about: &About<'_>) -> Words {
    let text = |words: &str| Part::Text(words.to_owned());
    let when = when(about.at, about.time_zone);
    let agent = about.agent.unwrap_or("a program without a name");
    // Nobody has proved yet that this address is theirs: what a stranger typed as a name is not sent there.
    let name = about
        .name
        .filter(|name| kind != Kind::ConfirmEmail && is_plain_name(name));
    let hello = name.map_or_else(|| "Hello,".to_owned(), |name| format!("Hello {name},"));
    let (subject, parts) = match kind {
        Kind::ConfirmEmail => (
            "Confirm your e-mail for JobHax",
            vec![
                text(
                    "Somebody, we hope you, made a JobHax account with this address. Confirm that it is yours, so that a forgotten password can be mended.",
                ),
                Part::Link("Confirm the address"),
                text(
                    "The link holds for three days. If it was not you, ignore this mail: without it the address counts as nobody’s.",
                ),
            ],
        ),
        Kind::ResetPassword => (
            "Choose a new password for JobHax",
            vec![
                text("You asked for a new password for your JobHax account. Choose it here:"),
                Part::Link("Choose a new password"),
                text(
                    "The link works once, within an hour. Everything that is signed in now will be signed out. If you did not ask, ignore this mail; nothing has changed.",
                ),
            ],
        ),
        Kind::NewSignIn => (
            "A new sign-in to your JobHax account",
            vec![
                Part::Text(format!(
                    "Your account was signed in to from {agent}, which it was not before. That was on {when}.",
                )),
                text(
                    "If it was you, there is nothing to do. If not, choose a new password now; that signs everything out:",
                ),
                Part::Link("Choose a new password"),
            ],
        ),
        Kind::PasswordChanged => (
            "Your JobHax password was changed",
            vec![
                Part::Text(format!(
                    "The password of your account was changed on {when}, and everything else that was signed in was signed out.",
                )),
                text("If it was you, there is nothing to do. If not, take the account back:"),
                Part::Link("Choose a new password"),
            ],
        ),
        Kind::TokenReused => (
            "A sign-in to your JobHax account was ended",
            vec![
                Part::Text(format!(
                    "A refresh token of your account was used a second time, by {agent}, on {when}. A program uses each only once, so somebody else may have a copy. That sign-in was ended, for both.",
                )),
                text(
                    "If you know why, as after restoring a program from a backup, sign it in again. If not, choose a new password now; that signs everything out:",
                ),
                Part::Link("Choose a new password"),
            ],
        ),
    };
    Words {
        subject,
        plain: plain(&hello, &parts, about.link),
        html: html(&hello, &parts, about.link),
    }
}

fn plain(hello: &str, parts: &[Part], link: &str) -> String {
    let mut out = format!("{hello}\r\n\r\n");
    for part in parts {
        match part {
            Part::Text(words) => out += &wrap(words),
            Part::Link(_) => out += link,
        }
        out += "\r\n\r\n";
    }
    out += "JobHax\r\n";
    out
}

/// Lines of at most 72 characters.
fn wrap(words: &str) -> String {
    let mut out = String::new();
    let mut length = 0;
    for word in words.split(' ') {
        let width = word.chars().count();
        if length > 0 && length + 1 + width > 72 {
            out += "\r\n";
            length = 0;
        } else if length > 0 {
            out.push(' ');
            length += 1;
        }
        out += word;
        length += width;
    }
    out
}

fn html(hello: &str, parts: &[Part], link: &str) -> String {
    let mut body = paragraph(hello);
    for part in parts {
        match part {
            Part::Text(words) => body += &paragraph(words),
            Part::Link(label) => {
                let (label, link) = (escape(label), escape(link));
                let button = format!(
                    "<p style=\"margin:24px 0\"><a href=\"{link}\" style=\"display:inline-block;padding:10px 18px;border-radius:8px;\
                     background:#23272f;color:#ffffff;font-weight:500;text-decoration:none\">{label}</a></p>\
                     <p style=\"margin:0 0 16px;font-size:13px;line-height:18px;color:#68707d;word-break:break-all\">{link}</p>"
                );
                body += &button;
            }
        }
    }
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>JobHax</title></head><body style=\"margin:0;background:#f5f6f7\">\
         <div style=\"max-width:520px;margin:0 auto;padding:32px 20px;font:15px/23px Inter,system-ui,sans-serif;color:#23272f\">\
         <p style=\"margin:0 0 20px;font-weight:600;font-size:17px\">JobHax</p>\
         <div style=\"background:#ffffff;border:1px solid #e3e6ea;border-radius:12px;padding:24px\">{body}</div></div></body></html>"
    )
}

fn paragraph(words: &str) -> String {
    format!("<p style=\"margin:0 0 16px\">{}</p>", escape(words))
}

fn escape(text: &str) -> String {
    text.chars()
        .fold(String::with_capacity(text.len()), |mut out, c| {
            match c {
                '&' => out += "&amp;",
                '<' => out += "&lt;",
                '>' => out += "&gt;",
                '"' => out += "&quot;",
                '\'' => out += "&#39;",
                c => out.push(c),
            }
            out
        })
}

/// A name that is one, not a message or an address in its place.
fn is_plain_name(name: &str) -> bool {
    name.chars().count() <= 40
        && name
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '’'))
}

fn when(at: DateTime<Utc>, time_zone: &str) -> String {
    let zone = time_zone.parse::<chrono_tz::Tz>().unwrap_or(chrono_tz::Tz::UTC);
    let there = at.with_timezone(&zone);
    format!("{} ({})", there.format("%-d %B %Y at %H:%M"), zone.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about<'a>(name: &'a str, agent: &'a str) -> About<'a> {
        About {
            name: Some(name),
            link: "https://jobs.example.org/reset-password?token=abc",
            agent: Some(agent),
            at: DateTime::from_timestamp(1_773_576_000, 0).expect("time"),
            time_zone: "Europe/Berlin",
        }
    }

    #[test]
    fn says_the_same_in_both_forms() {
        let words = letter(Kind::NewSignIn, &about("Mara", "Firefox on Linux"));
        insta::assert_snapshot!(words.plain.replace("\r\n", "\n"), @r"
        Hello Mara,

        Your account was signed in to from Firefox on Linux, which it was not
        before. That was on 15 March 2026 at 13:00 (Europe/Berlin).

        If it was you, there is nothing to do. If not, choose a new password
        now; that signs everything out:

        https://jobs.example.org/reset-password?token=abc

        JobHax
        ");
        for said in [
            "Hello Mara,",
            "from Firefox on Linux",
            "15 March 2026 at 13:00",
            "token=abc\"",
        ] {
            assert!(words.html.contains(said), "{said}");
        }
    }

    /// IN-8: what a person typed is text, and what is no name is left out.
    #[test]
    fn nothing_of_a_name_becomes_markup_or_a_message() {
        let words = letter(Kind::PasswordChanged, &about("O'Neil", "x"));
        assert!(words.html.contains("Hello O&#39;Neil,") && words.plain.contains("Hello O'Neil,"));
        for name in [
            "<b>x</b>",
            "Win at http://evil.example",
            "a\r\nBcc: x",
            "call 555 now",
        ] {
            let words = letter(Kind::PasswordChanged, &about(name, "x"));
            assert!(
                words.plain.starts_with("Hello,\r\n") && words.html.contains(">Hello,<"),
                "{name}"
            );
        }
        assert!(
            letter(Kind::ConfirmEmail, &about("Mara", "x"))
                .plain
                .starts_with("Hello,")
        );
        assert!(
            letter(Kind::NewSignIn, &about("Mara", "<i>"))
                .html
                .contains("from &lt;i&gt;,")
        );
    }
}
