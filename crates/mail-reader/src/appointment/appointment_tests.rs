use super::*;
use crate::parser::MessageParser;

/// The appointment in a message sent on Thursday, 26 November 2026, such as `2026-12-03 14:00 +60`, with the offset in minutes.
fn read(subject: &str, body: &str) -> String {
    let raw = format!(
        "From: a@b.example\r\nSubject: {subject}\r\nDate: Thu, 26 Nov 2026 10:00:00 +0100\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n"
    );
    let now = "2026-12-31T00:00:00Z".parse().expect("a time");
    let parser = MessageParser::default();
    let headers = parser.parse_headers(raw.as_bytes(), b"", now).expect("headers");
    let message = parser.parse_body(headers, raw.as_bytes()).expect("a body");
    find(&message).map_or_else(String::new, |found| {
        let zone = found.offset.map(|o| format!(" {:+}", o.local_minus_utc() / 60));
        format!(
            "{}{}",
            found.local.format("%Y-%m-%d %H:%M"),
            zone.unwrap_or_default()
        )
    })
}

#[test]
fn appointment_is_read_in_all_languages() {
    const THIRD: &str = "2026-12-03 14:00";
    let mut wrong: Vec<String> = Vec::new();
    for (body, expected) in [
        (
            "We would like to meet you on Thursday 3 December at 14:00 CET.",
            "2026-12-03 14:00 +60",
        ),
        (
            "Your interview is on Thursday, December 3rd, 2026 at 2:00 PM (ET).",
            "2026-12-03 14:00 -300",
        ),
        (
            "Can we talk on the 3rd of December at 2 p.m. GMT+2?",
            "2026-12-03 14:00 +120",
        ),
        ("Please come at 2pm on Thursday, 3 December.", THIRD),
        (
            "Please come on Thursday, 3 December at 2 p.m. If you need to cancel, write to us.",
            THIRD,
        ),
        (
            "The call takes place on December 3 between 14:00 and 15:00.",
            THIRD,
        ),
        (
            "The call takes place on December 3, 2-3 pm PST.",
            "2026-12-03 14:00 -480",
        ),
        (
            "Date: Thursday, 3 December 2026\nTime: 14:00 - 15:00 (Europe/Berlin)",
            "2026-12-03 14:00 +60",
        ),
        ("When: 2026-12-03 14:00 UTC", "2026-12-03 14:00 +0"),
        ("When: 2026-12-03T14:00:00Z", "2026-12-03 14:00 +0"),
        ("When: 2026-12-03T14:00:00+01:00", "2026-12-03 14:00 +60"),
        (
            "We meet on Thursday, 12/03/2026 at 14:00, and you will meet the team.",
            THIRD,
        ),
        (
            "Wir laden Sie am Donnerstag, den 3. Dezember 2026 um 14:00 Uhr ein.",
            THIRD,
        ),
        ("Gerne am 03.12.2026 von 14 bis 15 Uhr.", THIRD),
        (
            "Das Gespräch findet am Do., 3.12. um 14.00 Uhr MEZ statt.",
            "2026-12-03 14:00 +60",
        ),
        ("Nous vous attendons le jeudi 3 décembre à 14h.", THIRD),
        (
            "L'entretien aura lieu le 3 décembre 2026 de 14h00 à 15h00.",
            THIRD,
        ),
        (
            "Le invitamos a una entrevista el jueves 3 de diciembre de 2026 a las 14:00.",
            THIRD,
        ),
        ("La entrevista será el 03/12/2026 a las 14:00 h.", THIRD),
        (
            "A entrevista será no dia 3 de dezembro, quinta-feira, às 14h.",
            THIRD,
        ),
        ("Il colloquio si terrà giovedì 3 dicembre alle ore 14.00.", THIRD),
        ("We nodigen je uit op donderdag 3 december om 14.00 uur.", THIRD),
        ("Mülakatınız 3 Aralık 2026 Perşembe günü saat 14:00'te.", THIRD),
        ("Zapraszamy na rozmowę 3 grudnia (czwartek) o godz. 14:00.", THIRD),
        ("Rozmowa odbędzie się 3 grudnia 2026 r. od 14:00 do 15:00.", THIRD),
        ("Välkommen på intervju torsdag den 3 december kl. 14.00.", THIRD),
        (
            "Your interview on 12 January at 09:30 is confirmed.",
            "2027-01-12 09:30",
        ),
        ("Your interview is on 26 November at 16:00.", "2026-11-26 16:00"),
        (
            "We meet on 3 December at 14:00. Please confirm by 1 December.",
            THIRD,
        ),
        (
            "Please confirm by 1 December 17:00. The interview is on 3 December at 14:00.",
            THIRD,
        ),
        (
            "Our interview on 3 December at our office in Bonn at 14:00.\nOffice hours: Mon-Fri 9:00-17:00",
            THIRD,
        ),
        (
            "> On 30 November at 09:00\nWe meet on 3 December at 14:00.\nOn 25 Nov 2026 at 08:12, Ada wrote:\n4 December 10:00",
            THIRD,
        ),
    ] {
        let found = read("Invitation", body);
        if found != expected {
            wrong.push(format!("{body}: {found}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(
        read("Interview on Thursday 3 December, 14:00", "See you then."),
        THIRD
    );
    assert_eq!(
        read(
            "Interview 3 December 14:00",
            "We meet on Thursday 3 December at 2 pm CET."
        ),
        "2026-12-03 14:00 +60"
    );
}

#[test]
fn other_dates_and_choices_are_no_appointment() {
    for body in [
        "Please send us your availability by 3 December 17:00.",
        "Please reply no later than Thursday, 3 December at 17:00.",
        "Bitte antworten Sie bis Donnerstag, den 3. Dezember, 17:00 Uhr.",
        "Merci de répondre avant le 3 décembre à 17h.",
        "Responda antes del 3 de diciembre a las 17:00.",
        "Responda até o dia 3 de dezembro às 17h.",
        "Rispondi entro il 3 dicembre alle ore 17.00.",
        "Reageer uiterlijk 3 december om 17.00 uur.",
        "Lütfen 3 Aralık 17:00'ye kadar yanıtlayın.",
        "Prosimy o odpowiedź do 3 grudnia do godz. 17:00.",
        "Svara senast den 3 december kl. 17.00.",
        "Le lien est actif jusqu'au jeudi 3 décembre à 17h.",
        "Czekamy do czwartku 3 grudnia, godz. 17:00.",
        "The tests close at 17:00 on Thursday 3 December.",
        "Your test, 3 December, 23:59",
        "The link expires on 3 December at 17:00.",
        "The test closes: deadline is 3 December, 17:00.",
        "We must cancel your interview on 3 December at 14:00.",
        "We offer 3 December at 14:00 or 4 December at 10:00.",
        "Are you free on 3 December at 14:00 or 15:00?",
        "Wir bieten an:\n3. Dezember, 14:00 Uhr\n4. Dezember, 10:00 Uhr",
        "Does Thursday or Friday 4 December at 14:00 suit you?",
        "Could we talk at 14:00 on 3 December or at 15:00 on 4 December?",
        "Our office hours are Monday to Friday 9:00 to 17:00.",
        "We received your application on 12 November at 10:00.",
        "Thank you for the interview on 20 November 2026 at 14:00.",
        "Your interview is on Monday 3 December at 14:00.",
        "Your interview is on 3 December.",
        "We meet on 3 December at 14:00 London time.",
        "We will talk, as you asked, on 12/10/2028 at 14:00.",
        "Version 3.12.1 of 14.00 euros, 24/7, ID 2026-12-03-99",
        "Sent: Thu, 26 Nov 2026 09:12\nWe will call you.",
        "On Thu, 26 Nov 2026 at 09:12, Ada Lovelace with a very long name <ada@mail.example>\nwrote something.",
    ] {
        assert_eq!(read("Invitation", body), "", "{body}");
    }
}

#[test]
fn any_text_is_read_without_panic() {
    for body in [
        "3",
        "3.",
        "3.12",
        "3.12.",
        "14:",
        "2026-",
        "2026-12-",
        "December",
        "at 14:00 -",
        "99:99 99.99.9999 +99",
        "GMT+",
        "1/",
    ] {
        let text = format!("{body} {body}{body}\n{body}");
        read(body, &text);
    }
    let long = "3 December 14:00 – ".repeat(20_000);
    read("Invitation", &long);
}
