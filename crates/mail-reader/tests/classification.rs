//! Classifies the messages in `tests/fixtures/mime` and compares the results with `expected.toml`, and classifies messages written
//! inline. All names are invented.

#![expect(clippy::expect_used, reason = "a test may fail this way")]

use chrono::{DateTime, Utc};
use domain::mail::MessageKind;
use mail_reader::{
    classifier::{Classification, Classifier, Explained, MessagePart},
    parser::MessageParser,
};
use serde::Deserialize;
use std::{collections::BTreeSet, fs, path::Path};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedFile {
    message: Vec<Expected>,
}

/// A missing field is not compared; `-` means that there must be no value.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    file: String,
    kind: Option<String>,
    company: Option<String>,
    title: Option<String>,
    location: Option<String>,
    requisition: Option<String>,
    applied_on: Option<String>,
    sent_at: Option<String>,
    rule: Option<String>,
    error: Option<String>,
}

fn now() -> DateTime<Utc> {
    "2026-02-01T12:00:00Z".parse().expect("a time")
}

fn compare(differences: &mut Vec<String>, field: &str, expected: Option<&String>, actual: Option<String>) {
    let Some(expected) = expected else { return };
    let actual = actual.unwrap_or_else(|| "-".into());
    if *expected != actual {
        differences.push(format!("{field} is {actual:?}, not {expected:?}"));
    }
}

/// The differences from the expected classification.
fn check(parser: &MessageParser, classifier: &Classifier, expected: &Expected, raw: &[u8]) -> Vec<String> {
    let mut differences = Vec::new();
    let message = parser
        .parse_headers(raw, b"", now())
        .and_then(|headers| parser.parse_body(headers, raw));
    let message = match message {
        Ok(message) => message,
        Err(error) => {
            let is_expected = expected
                .error
                .as_ref()
                .is_some_and(|text| error.to_string().contains(text.as_str()));
            if !is_expected {
                differences.push(format!("error: {error}"));
            }
            return differences;
        }
    };
    let sent_at = message
        .headers
        .sent_at
        .to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    compare(
        &mut differences,
        "sent_at",
        expected.sent_at.as_ref(),
        Some(sent_at),
    );
    if expected.error.is_some() {
        differences.push("was read".into());
    }
    let actual = classifier.classify(&message);
    let applied_on = actual.applied_on.map(|d| d.to_string());
    for (field, expected, value) in [
        (
            "kind",
            expected.kind.as_ref(),
            Some(actual.kind.as_str().to_owned()),
        ),
        ("company", expected.company.as_ref(), actual.company.clone()),
        ("title", expected.title.as_ref(), actual.title.clone()),
        ("location", expected.location.as_ref(), actual.location.clone()),
        (
            "requisition",
            expected.requisition.as_ref(),
            actual.requisition.clone(),
        ),
        ("applied_on", expected.applied_on.as_ref(), applied_on),
        ("rule", expected.rule.as_ref(), Some(actual.rule.clone())),
    ] {
        compare(&mut differences, field, expected, value);
    }
    if actual.rule != "none" && actual.matched_text.is_empty() {
        differences.push("no matched text explains it".into());
    }
    if !differences.is_empty() {
        differences.push(format!("{actual:?}"));
    }
    differences
}

#[test]
fn fixtures_are_read_as_expected() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let expected = fs::read_to_string(fixtures.join("expected.toml")).expect("expected.toml");
    let expected: ExpectedFile = toml::from_str(&expected).expect("valid TOML");
    let (parser, classifier) = (
        MessageParser::default(),
        Classifier::new().expect("valid rulesets"),
    );
    let mut failures = Vec::new();
    for message in expected.message.iter().filter(|m| m.file.starts_with("mime/")) {
        let raw = fs::read(fixtures.join(format!("{}.eml", message.file))).expect("a fixture");
        let differences = check(&parser, &classifier, message, &raw);
        if !differences.is_empty() {
            failures.push(format!("{}: {}", message.file, differences.join("; ")));
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {} failed:\n{}",
        failures.len(),
        expected.message.len(),
        failures.join("\n")
    );

    let listed: BTreeSet<String> = expected.message.iter().map(|m| m.file.clone()).collect();
    assert_eq!(
        listed,
        fixture_names(&fixtures, ""),
        "expected.toml lists every fixture"
    );
}

/// The `.eml` files below a folder, without extension.
fn fixture_names(root: &Path, folder: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(root.join(folder)).expect("a folder") {
        let name = entry
            .expect("an entry")
            .file_name()
            .into_string()
            .expect("a UTF-8 name");
        let path = if folder.is_empty() {
            name
        } else {
            format!("{folder}/{name}")
        };
        match path.strip_suffix(".eml") {
            Some(fixture) => drop(names.insert(fixture.to_owned())),
            None if root.join(&path).is_dir() => names.extend(fixture_names(root, &path)),
            None => {}
        }
    }
    names
}

/// Classifies a plain text message of an unknown recruiting department.
fn classify(subject: &str, text: &str) -> Classification {
    classify_from("Jobs <jobs@northquay.example>", subject, text)
}

/// Classifies a plain text message.
fn classify_from(sender: &str, subject: &str, text: &str) -> Classification {
    let raw = format!(
        "From: {sender}\r\nTo: Mara <mara@example.org>\r\nSubject: {subject}\r\n\
         Date: Wed, 7 Jan 2026 09:12:44 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    );
    let parser = MessageParser::default();
    let headers = parser
        .parse_headers(raw.as_bytes(), b"", now())
        .expect("valid headers");
    let message = parser
        .parse_body(headers, raw.as_bytes())
        .expect("a valid message");
    Classifier::new().expect("valid rulesets").classify(&message)
}

#[test]
fn message_without_accents_is_read_like_one_with_them() {
    for (with, without) in [
        (
            "Leider müssen wir Ihnen mitteilen, dass wir Ihre Bewerbung nicht berücksichtigen können.",
            "Leider muessen wir Ihnen mitteilen, dass wir Ihre Bewerbung nicht beruecksichtigen koennen.",
        ),
        (
            "Başvurunuz için teşekkür ederiz. Başvurunuz tarafımıza ulaşmıştır.",
            "Basvurunuz icin tesekkur ederiz. Basvurunuz tarafimiza ulasmistir.",
        ),
    ] {
        let (with, without) = (classify("", with), classify("", without));
        assert_eq!((with.kind, &with.rule), (without.kind, &without.rule));
        assert!(without.confidence >= 0.7);
    }
}

/// Languages are detected by their function words, and Turkish has only few.
#[test]
fn message_with_few_function_words_is_read_in_its_language() {
    let read = classify(
        "Depo Sorumlusu",
        "Adaylığınızı titizlikle değerlendirdik. Depo Sorumlusu kadrosunda yolumuza başka adayla devam edeceğimizi, başvurunuzu \
         olumlu sonuçlandıramadığımızı üzülerek paylaşıyoruz. Kariyerinizde başarılar dileriz.",
    );
    assert_eq!(read.kind, MessageKind::Rejection);
    assert!(read.confidence >= 0.7);
}

#[test]
fn message_in_a_language_without_rules_is_no_confirmation() {
    for (subject, text) in [
        (
            "Din ansøgning",
            "Tak for din ansøgning til stillingen som pædagog. Vi vender tilbage snarest muligt.",
        ),
        (
            "CV",
            "Hörmətli Aygün xanım, mühasib vəzifəsi üçün göndərdiyiniz müraciəti aldıq və sizə təşəkkür edirik. Ən qısa zamanda sizinlə \
             əlaqə saxlayacağıq.",
        ),
    ] {
        let read = classify(subject, text);
        assert_ne!(read.kind, MessageKind::Confirmation, "{subject}");
        assert!(read.confidence < 0.7, "{subject}");
    }
}

#[test]
fn explanation_names_the_words_their_part_and_the_rule() {
    let raw = "From: Northquay Systems <jobs@northquay.example>\r\nTo: Mara <mara@example.org>\r\n\
        Subject: Your application for Data Analyst\r\nDate: Wed, 7 Jan 2026 09:12:44 +0000\r\n\r\n\
        Dear Mara,\r\n\r\nUnfortunately, we have decided not to move forward with your application.\r\n";
    let parser = MessageParser::default();
    let headers = parser
        .parse_headers(raw.as_bytes(), b"", now())
        .expect("valid headers");
    let message = parser
        .parse_body(headers, raw.as_bytes())
        .expect("a valid message");
    let read = Classifier::new().expect("valid rulesets").classify(&message);
    let explanation = |what| read.explanation.iter().find(|e| e.explains == what);
    let kind = explanation(Explained::Kind).expect("an explanation of the kind");
    assert_eq!(
        (kind.part, kind.ruleset.as_str(), kind.rule.as_str()),
        (MessagePart::Text, "en", read.rule.as_str())
    );
    assert!(kind.text.contains("not to move forward"), "{}", kind.text);
    let title = explanation(Explained::Title).expect("an explanation of the title");
    assert_eq!(
        (title.part, title.text.as_str()),
        (MessagePart::Subject, "Data Analyst")
    );
    assert!(explanation(Explained::Company).is_some());
}

#[test]
fn message_without_job_words_is_read_or_asked_about_by_a_strong_sentence() {
    for (subject, text, kind) in [
        (
            "Re: application",
            "Hi Mara, I am sorry to say that we won't be taking your application any further. Good luck, Jo",
            MessageKind::Rejection,
        ),
        (
            "Your application",
            "Hi Mara,\n\nthanks for your patience. Unfortunately we have decided not to move forward with your application.\n\nPriya",
            MessageKind::Rejection,
        ),
        (
            "Votre candidature",
            "Bonjour, nous avons le regret de vous informer que votre candidature n'a pas été retenue.",
            MessageKind::Rejection,
        ),
        (
            "Sollicitatie",
            "Hoi Mara, jammer genoeg hebben we voor een andere kandidaat gekozen.",
            MessageKind::Rejection,
        ),
        (
            "Monday",
            "Hi Mara, can you come in for an interview on Monday at 9? Jo",
            MessageKind::Interview,
        ),
        (
            "Zaproszenie na rozmowę",
            "Dzień dobry, zapraszam na rozmowę kwalifikacyjną w środę o 11.",
            MessageKind::Interview,
        ),
        (
            "Ihre Bewerbung",
            "Hallo Frau Vogt, wir haben Ihre Bewerbung bekommen und melden uns nächste Woche.",
            MessageKind::Confirmation,
        ),
        (
            "Your offer",
            "Dear Mara, we are delighted to offer you the position. The contract is attached.",
            MessageKind::Offer,
        ),
    ] {
        let read = classify_from("Priya Nair <priya.nair@larchfield.example>", subject, text);
        assert_eq!(read.kind, kind, "{text}");
    }
}

#[test]
fn ordinary_message_is_about_no_application() {
    for (sender, subject, text) in [
        (
            "Garden Shop <news@garden.example>",
            "Flowers of the season",
            "Flowers of the season, and how to keep them fresh.",
        ),
        (
            "Order Desk <orders@shop.example>",
            "We received your order #10492",
            "Hi Ada, thank you for your order. We have received it and will let you know when it ships.",
        ),
        (
            "Support <help@saas.example>",
            "Ticket #5521 received",
            "Thanks for contacting support. We have received your request and will get back to you within two days.",
        ),
        (
            "Praxis Weiss <praxis@weiss.example>",
            "Terminerinnerung",
            "Wir erinnern Sie an Ihren Termin am 4. März um 9 Uhr. Bitte bringen Sie Ihre Karte mit.",
        ),
        (
            "Tienda <pedidos@tienda.example>",
            "Hemos recibido tu pedido",
            "Gracias por tu compra. Te avisaremos cuando salga.",
        ),
    ] {
        let read = classify_from(sender, subject, text);
        assert_eq!(read.kind, MessageKind::Other, "{subject}");
    }
}
