use crate::parser::{Message, MessageParser};
use std::fmt::Write as _;

fn parse(raw: &str) -> Message {
    let parser = MessageParser::default();
    let now = "2026-06-01T00:00:00Z".parse().expect("a time");
    let headers = parser.parse_headers(raw.as_bytes(), b"", now).expect("headers");
    parser.parse_body(headers, raw.as_bytes()).expect("a body")
}

fn message(subject: &str, content_type: &str, body: &str) -> Message {
    parse(&format!(
        "From: Ada <ada@example.org>\nTo: me@example.org\nSubject: {subject}\nDate: Fri, 6 Mar 2026 10:00:00 +0100\n\
         Content-Type: {content_type}; charset=utf-8\n\n{body}"
    ))
}

fn forwarded(subject: &str, body: &str) -> Message {
    *message(subject, "text/plain", body).forwarded.expect(body)
}

#[test]
fn inline_forward_is_found_in_all_languages() {
    let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 4);
    for (marker, from, date, value, subject, to) in [
        (
            "---------- Forwarded message ---------",
            "From",
            "Date",
            "Wed, Mar 4, 2026 at 9:12 AM",
            "Subject",
            "To",
        ),
        (
            "Begin forwarded message:",
            "From",
            "Date",
            "4 March 2026 at 09:12:44 GMT",
            "Subject",
            "To",
        ),
        (
            "-----Original Message-----",
            "From",
            "Sent",
            "Wednesday, March 4, 2026 9:12 AM",
            "Subject",
            "To",
        ),
        (
            "-------- Weitergeleitete Nachricht --------",
            "Von",
            "Datum",
            "Wed, 4 Mar 2026 09:12:44 +0000",
            "Betreff",
            "An",
        ),
        (
            "Anfang der weitergeleiteten Nachricht:",
            "Von",
            "Datum",
            "4. März 2026 um 09:12:44 MEZ",
            "Betreff",
            "An",
        ),
        (
            "-----Ursprüngliche Nachricht-----",
            "Von",
            "Gesendet",
            "Mittwoch, 4. März 2026 09:12",
            "Betreff",
            "An",
        ),
        (
            "---------- Message transféré ---------",
            "De ",
            "Date ",
            "mer. 4 mars 2026 à 09:12",
            "Objet ",
            "À ",
        ),
        (
            "---------- Mensaje reenviado ---------",
            "De",
            "Fecha",
            "mié, 4 mar 2026 a las 9:12",
            "Asunto",
            "Para",
        ),
        (
            "-------- Mensagem encaminhada --------",
            "De",
            "Enviado",
            "quarta-feira, 4 de março de 2026 09:12",
            "Assunto",
            "Para",
        ),
        (
            "---------- Messaggio inoltrato ----------",
            "Da",
            "Data",
            "mer 4 mar 2026 alle 09:12",
            "Oggetto",
            "A",
        ),
        (
            "---------- Doorgestuurd bericht ---------",
            "Van",
            "Datum",
            "wo 4 mrt 2026 om 09:12",
            "Onderwerp",
            "Aan",
        ),
        (
            "---------- Yönlendirilen ileti ---------",
            "Kimden",
            "Tarih",
            "4 Mart 2026 Çarşamba 09:12",
            "Konu",
            "Kime",
        ),
        (
            "---------- Przekazana wiadomość ---------",
            "Od",
            "Data",
            "śr., 4 marca 2026 09:12",
            "Temat",
            "Do",
        ),
        (
            "---------- Vidarebefordrat meddelande ---------",
            "Från",
            "Datum",
            "ons 4 mars 2026 kl 09:12",
            "Ämne",
            "Till",
        ),
        (
            "-------- Forwarded Message --------",
            "From",
            "Date",
            "04.03.2026 09:12",
            "Subject",
            "To",
        ),
    ] {
        let body = format!(
            "{marker}\n{from}: Moss <Jobs@moss.example>\n{date}: {value}\n{subject}: Your application\n{to}: Ada\n\n\nWe have decided.\n"
        );
        let inner = forwarded("Fwd: Your application", &body);
        assert_eq!(inner.headers.from, "jobs@moss.example", "{marker}");
        assert_eq!(inner.headers.from_name, "Moss", "{marker}");
        assert_eq!(inner.headers.subject, "Your application", "{marker}");
        assert_eq!(Some(inner.headers.sent_on), day, "{marker} {value}");
        assert_eq!(inner.headers.to_name, "Ada", "{marker}");
        assert_eq!(inner.plain.lines, "We have decided.", "{marker}");
    }
}

#[test]
fn quoted_forward_of_apple_mail_is_unquoted() {
    let body = "See below.\n\n> Begin forwarded message:\n> \n> From: \"Moss, Inc.\" <jobs@moss.example>\n> Subject: Your application\n\
                > Date: 4 March 2026 at 09:12:44 GMT\n> To: ada@example.org\n> \n> Thank you.\n> We read it.\n";
    let inner = forwarded("Fwd: Your application", body);
    assert_eq!(inner.headers.from_name, "Moss, Inc.");
    assert_eq!(inner.plain.lines, "Thank you.\nWe read it.");
    let html = "<p>See below.</p><blockquote type=\"cite\"><div>Begin forwarded message:</div><br><div><b>From: </b>Moss &lt;jobs@moss.example&gt;</div>\
                <div><b>Subject: </b>Your application</div><div><b>Date: </b>4 March 2026 at 09:12:44 GMT</div><br><div>Thank you.</div></blockquote>";
    let inner = message("Fwd: x", "text/html", html).forwarded.expect("a forward");
    assert_eq!(inner.headers.subject, "Your application");
    assert_eq!(inner.html.lines, "Thank you.");
}

#[test]
fn outlook_forward_without_marker_is_found_by_its_headers() {
    let body = "FYI\n\n________________________________\nFrom: Moss [mailto:jobs@moss.example]\nSent: Wednesday, March 4, 2026 9:12 AM\n\
                To: Ada\nSubject: Your application\n\nThank you.\n";
    let inner = forwarded("FW: Your application", body);
    assert_eq!(inner.headers.from, "jobs@moss.example");
    assert_eq!(inner.headers.sent_at.to_rfc3339(), "2026-03-04T09:12:00+00:00");
    assert_eq!(inner.plain.lines, "Thank you.");
    let html = "<div class=gmail_quote><div>---------- Forwarded message ---------<br>From: <strong>Moss</strong> <span>&lt;<a href=mailto:x>jobs@moss.example</a>&gt;</span><br>\
                Date: Wed, Mar 4, 2026 at 9:12 AM<br>Subject: Your application<br>To:  &lt;ada@example.org&gt;<br></div><br><br><p>Thank you.</p></div>";
    let inner = message("Fwd: x", "text/html", html).forwarded.expect("a forward");
    assert_eq!(inner.headers.from_name, "Moss");
    assert_eq!(inner.html.lines, "Thank you.");
}

#[test]
fn reply_is_not_a_forward() {
    for (subject, body) in [
        (
            "Re: Your application",
            "Thanks!\n\n-----Original Message-----\nFrom: Moss <jobs@moss.example>\nSent: Wednesday, March 4, 2026 9:12 AM\nSubject: x\n\nHi",
        ),
        ("Re: x", "From: here to there\nDate: unknown\nSubject: y\n\nHi"),
        ("News", "Your forwarded message arrived.\nFrom: a\nSubject: b\n"),
        ("Fwd: x", "Forwarded message\n\nNothing here."),
    ] {
        assert!(message(subject, "text/plain", body).forwarded.is_none(), "{body}");
    }
}

#[test]
fn attached_message_is_read_also_in_base64() {
    let inner = "From: Moss <jobs@moss.example>\nSubject: =?utf-8?Q?K=C3=B6chin?=\nDate: Wed, 4 Mar 2026 09:12:44 +0000\n\nThank you.\n";
    let outer = |headers: &str, body: &str| {
        parse(&format!(
            "From: Ada <ada@example.org>\nSubject: Fwd\nDate: Fri, 6 Mar 2026 10:00:00 +0100\nContent-Type: multipart/mixed; boundary=b\n\n\
             --b\n\nSee.\n--b\nContent-Type: message/rfc822\n{headers}\n{body}\n--b--\n"
        ))
    };
    let plain = outer("", inner).forwarded.expect("a message");
    assert_eq!(plain.headers.subject, "Köchin");
    assert_eq!(plain.plain.lines, "Thank you.");
    let base64 = "RnJvbTogTW9zcyA8am9ic0Btb3NzLmV4YW1wbGU+ClN1YmplY3Q6IHgKCllvdXJzCg==";
    let encoded = outer("Content-Transfer-Encoding: base64\n", base64)
        .forwarded
        .expect("a message");
    assert_eq!(encoded.headers.from, "jobs@moss.example");
    assert_eq!(encoded.plain.lines, "Yours");
    assert_eq!(encoded.headers.sent_at.to_rfc3339(), "2026-03-06T09:00:00+00:00");
}

#[test]
fn depth_of_forwards_is_bounded() {
    let mut body = String::new();
    for _ in 0..50 {
        write!(
            body,
            "---------- Forwarded message ---------\nFrom: a@b.example\nSubject: Fwd: x\n\n"
        )
        .expect("a string");
    }
    let mut message = message("Fwd: x", "text/plain", &format!("{body}end"));
    let mut depth = 0;
    while let Some(inner) = message.forwarded.take() {
        message = *inner;
        depth += 1;
    }
    assert_eq!(depth, 3);
}
