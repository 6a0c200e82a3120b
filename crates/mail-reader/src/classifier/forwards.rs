//! Detects forwarded messages that are about the application of the person who forwarded them.

use crate::{match_key, parser::Message};

/// Minimum length of a word of a name to be compared, in bytes.
const MIN_NAME_LEN: usize = 3;

/// Whether a person forwards an email about themselves to someone else: it was addressed to the forwarding person, and neither their name
/// and address nor the text contain the reader's name. People also forward their own email from one mailbox to another.
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
