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
