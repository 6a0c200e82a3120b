//! Invisible characters and text direction controls in company names and job titles.

#![expect(clippy::expect_used, reason = "a test may fail this way")]

use mail_reader::{MailReader, classifier::Classification};

fn read(reader: &MailReader, company: &str, title: &str) -> Classification {
    let message = format!(
        "From: {company} <no-reply@us.greenhouse-mail.io>\nTo: ada@inbox.example\nSubject: Thank you for applying to {company}\n\
         Message-ID: <1@mail.example>\nDate: 3 Jan 2026 10:00:00 +0000\nContent-Type: text/plain; charset=utf-8\n\n\
         Thank you for applying for the {title} position at {company}.\nWe have received your application.\n"
    );
    let received_at = "2026-01-03T10:00:00Z".parse().expect("a time");
    reader
        .read(message.as_bytes(), b"", received_at)
        .expect("readable")
        .classification
}

#[test]
fn company_of_which_nothing_is_visible_is_none() {
    let reader = MailReader::new().expect("reader");
    assert_eq!(read(&reader, "Moss", "Baker").company.as_deref(), Some("Moss"));
    for name in [
        "\u{3164}",
        "\u{115f}\u{1160}",
        "\u{ffa0}",
        "\u{2800}",
        "\u{e0041}",
        "\u{180b}",
        "\u{202e}",
    ] {
        assert_eq!(read(&reader, name, "Baker").company, None, "{name:?}");
    }
}

#[test]
fn direction_controls_are_removed_from_names() {
    let reader = MailReader::new().expect("reader");
    let message = read(&reader, "\u{2067}Moss\u{2069}", "\u{202e}Baker\u{202c}");
    assert_eq!(
        (message.company.as_deref(), message.title.as_deref()),
        (Some("Moss"), Some("Baker"))
    );
}
