//! Whose application a forwarded message is about.

use crate::{match_key, parser::Message};

/// Shorter words of names are not compared.
const MIN_NAME_LEN: usize = 3;

/// Whether a person shows somebody else an email that was sent to that person alone: its recipient is who forwards it, and neither
/// the name nor the text has to do with whom it is forwarded to. People also forward their own email from one mailbox to another.
pub fn is_of_sender(message: &Message) -> bool {
    let Some(inner) = &message.forwarded else {
        return false;
    };
    let (outer, inner_to) = (&message.headers, &inner.headers.to_name);
    let sender = match_key::fold(&outer.from_name);
    let is_to_sender =
        !inner_to.is_empty() && (*inner_to == outer.from || match_key::fold(inner_to) == sender);
    let recipient = match_key::fold(&outer.to_name);
    let words: Vec<&str> = recipient
        .split(' ')
        .filter(|word| word.len() >= MIN_NAME_LEN)
        .collect();
    if !is_to_sender || words.is_empty() || outer.to_name.contains('@') {
        return false;
    }
    let address = match_key::fold(&outer.from);
    let names_recipient = |text: &str| {
        let folded = match_key::fold(text);
        folded.split(' ').any(|word| words.contains(&word))
    };
    let is_own = names_recipient(&sender) || words.iter().any(|word| address.contains(word));
    let mut lines = inner.plain.lines.lines().chain(inner.html.lines.lines());
    !is_own && !names_recipient(&inner.headers.subject) && !lines.any(names_recipient)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::MessageParser;

    fn is_of_sender_to(recipient: &str) -> bool {
        let raw = format!(
            "From: Mia Reed <mia@example.net>\nTo: {recipient}\nSubject: Fwd: Outcome\nDate: Tue, 3 Mar 2026 09:15:00 +0100\n\n\
             Look at this.\n\n---------- Forwarded message ---------\nFrom: Moss <jobs@moss.example>\nSubject: Outcome\n\
             To: Mia Reed <mia@example.net>\n\nDear Mia, unfortunately we chose somebody else.\n"
        );
        let now = "2026-12-31T00:00:00Z".parse().unwrap();
        let parser = MessageParser::default();
        let headers = parser.parse_headers(raw.as_bytes(), b"", now).unwrap();
        is_of_sender(&parser.parse_body(headers, raw.as_bytes()).unwrap())
    }

    #[test]
    fn forward_to_another_person_is_of_its_sender_and_one_to_an_own_mailbox_is_not() {
        assert!(is_of_sender_to("Kim Doe <kim@example.org>"));
        assert!(!is_of_sender_to("Mia Reed <reed77@example.org>"));
        assert!(!is_of_sender_to("<reed77@example.org>"));
    }
}
