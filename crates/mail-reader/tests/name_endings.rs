//! Company names and job titles end at the right word when the sentence continues or another one follows.

#![expect(clippy::expect_used, reason = "a test may fail this way")]

use mail_reader::{MailReader, classifier::Classification};

fn read_from(reader: &MailReader, sender: &str, subject: &str, text: &str) -> Classification {
    let message = format!(
        "From: {sender}\nTo: Ines Calloway <ines@inbox.example>\nSubject: {subject}\nMessage-ID: <1@mail.example>\n\
         Date: 3 Jan 2026 10:00:00 +0000\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    );
    let received_at = "2026-01-03T10:00:00Z".parse().expect("a time");
    reader
        .read(message.as_bytes(), b"", received_at)
        .expect("readable")
        .classification
}

fn read(reader: &MailReader, subject: &str, text: &str) -> Classification {
    read_from(reader, "Team <jobs@mailer.example>", subject, text)
}

#[test]
fn company_ends_before_the_full_stop_of_the_sentence() {
    let reader = MailReader::new().expect("reader");
    for (subject, text, company) in [
        (
            "Ihre Bewerbung",
            "vielen Dank für Ihre Bewerbung als Buchhalter bei der Möbelwerk Süd GmbH. Ihre Unterlagen sind bei uns eingegangen.",
            "Möbelwerk Süd GmbH",
        ),
        (
            "Ihre Bewerbung",
            "vielen Dank für Ihre Bewerbung bei der Weber & Söhne AG. Wir melden uns in Kürze bei Ihnen.",
            "Weber & Söhne AG",
        ),
        (
            "Ihre Bewerbung",
            "vielen Dank für Ihre Bewerbung bei der Brauhaus Adler GmbH & Co. KG. Wir melden uns in Kürze bei Ihnen.",
            "Brauhaus Adler GmbH & Co. KG",
        ),
        (
            "Your application",
            "Thank you for applying to Acme Inc. We have received your application.",
            "Acme Inc.",
        ),
        (
            "Je sollicitatie",
            "Bedankt voor je sollicitatie bij Bakkerij Linde BV. We hebben je sollicitatie goed ontvangen.",
            "Bakkerij Linde BV",
        ),
        (
            "Candidatura",
            "Hemos recibido tu candidatura en Panadería Sol S.L. Te responderemos pronto.",
            "Panadería Sol S.L.",
        ),
        (
            "Candidatura",
            "abbiamo ricevuto la tua candidatura presso Officina Chiara S.r.l. Ti contatteremo presto.",
            "Officina Chiara S.r.l.",
        ),
        (
            "Aplikacja",
            "dziękujemy za aplikację do firmy Lipa Sp. z o.o. Otrzymaliśmy Twoje zgłoszenie.",
            "Lipa Sp. z o.o.",
        ),
        (
            "Din ansökan",
            "Tack för din ansökan till Bageri Linden AB. Vi har tagit emot din ansökan.",
            "Bageri Linden AB",
        ),
    ] {
        assert_eq!(read(&reader, subject, text).company.as_deref(), Some(company));
    }
}

#[test]
fn company_has_the_full_stop_that_the_message_gives_it_elsewhere() {
    let reader = MailReader::new().expect("reader");
    let text = "Thank you for applying to Moss Foods Ltd. We have received your application.";
    let company = |sender: &str| read_from(&reader, sender, "Your application", text).company;
    assert_eq!(
        company("Moss Foods Ltd <jobs@mailer.example>").as_deref(),
        Some("Moss Foods Ltd")
    );
    assert_eq!(
        company("Moss Foods Ltd. <jobs@mailer.example>").as_deref(),
        Some("Moss Foods Ltd.")
    );
}

#[test]
fn company_ends_before_the_next_clause() {
    let reader = MailReader::new().expect("reader");
    for (subject, text, company) in [
        (
            "Votre candidature",
            "Vous avez postulé au poste de Comptable au sein de Atelier Lumière et nous vous en remercions.",
            "Atelier Lumière",
        ),
        (
            "Votre candidature",
            "Nous avons bien reçu votre candidature chez Maison Orme et vous remercions de votre intérêt.",
            "Maison Orme",
        ),
        (
            "Votre candidature",
            "Nous avons bien reçu votre candidature chez Maison Orme et Fils et vous remercions de votre intérêt.",
            "Maison Orme et Fils",
        ),
        (
            "Tu candidatura",
            "Hemos recibido tu candidatura en Panadería Sol y te agradecemos tu interés.",
            "Panadería Sol",
        ),
        (
            "A sua candidatura",
            "Recebemos a sua candidatura na Padaria Ribeira e agradecemos o seu interesse.",
            "Padaria Ribeira",
        ),
        (
            "La tua candidatura",
            "abbiamo ricevuto la tua candidatura presso Officina Chiara e La ringraziamo per l'interesse.",
            "Officina Chiara",
        ),
        (
            "Je sollicitatie",
            "Bedankt voor je sollicitatie bij Bakkerij Linde en we nemen snel contact met je op.",
            "Bakkerij Linde",
        ),
        (
            "Twoja aplikacja",
            "dziękujemy za aplikację do firmy Piekarnia Lipa i informujemy, że ją otrzymaliśmy.",
            "Piekarnia Lipa",
        ),
        (
            "Din ansökan",
            "Tack för din ansökan till Bageri Linden och vi återkommer snart.",
            "Bageri Linden",
        ),
        (
            "Ihre Bewerbung",
            "vielen Dank für Ihre Bewerbung bei der Weber und Söhne AG und Ihr Interesse an uns.",
            "Weber und Söhne AG",
        ),
        (
            "Your application",
            "Thank you for applying to Marks and Spencer and we will be in touch soon.",
            "Marks and Spencer",
        ),
    ] {
        assert_eq!(read(&reader, subject, text).company.as_deref(), Some(company));
    }
}

#[test]
fn word_like_a_password_is_a_company_only_if_the_sender_is_named_so() {
    let reader = MailReader::new().expect("reader");
    let company = |sender: &str, name: &str| {
        let text = format!("Thank you for applying for the Baker position at {name}.");
        read_from(&reader, sender, "Your application", &text).company
    };
    assert_eq!(
        company("Harbour Mills <jobs@harbourmills.example>", "qx265k4").as_deref(),
        Some("Harbour Mills")
    );
    let same = company("tide9 <jobs@tide9.example>", "tide9");
    assert_eq!(same.map(|name| name.to_lowercase()).as_deref(), Some("tide9"));
}

#[test]
fn title_that_is_the_subject_is_no_company() {
    let reader = MailReader::new().expect("reader");
    for (sender, subject, text, title) in [
        (
            "Anna Reed <anna@corvane.com>",
            "Senior Data Engineer",
            "Unfortunately, we will not be moving forward with your application for Senior Data Engineer.",
            "Senior Data Engineer",
        ),
        (
            "Anna <anna@gmail.com>",
            "Re: Senior Data Engineer",
            "Thank you for applying. We are not moving forward with your application for Senior Data Engineer.",
            "Senior Data Engineer",
        ),
        (
            "Anna Reed <anna@gmail.com>",
            "Lead Product Designer",
            "Unfortunately we won't progress your application to Lead Product Designer.",
            "Lead Product Designer",
        ),
        (
            "Anna Reed <anna@gmail.com>",
            "Senior Contabile",
            "Ciao Ines, non procederemo con la tua candidatura per Senior Contabile.",
            "Senior Contabile",
        ),
    ] {
        let message = read_from(&reader, sender, subject, text);
        assert_eq!(message.title.as_deref(), Some(title), "{sender}");
        assert_ne!(message.company.as_deref(), Some(title), "{sender}");
    }
}
