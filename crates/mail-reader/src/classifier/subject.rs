//! Removes reply prefixes and the recipient's name from subjects.

/// Removes reply prefixes and the recipient's name: "Ada, thank you for applying to Moss", "Thank you for applying to Moss, Ada!".
pub fn strip_recipient_name<'a>(subject: &'a str, recipient: &str) -> &'a str {
    let first_name = recipient.split(' ').next().filter(|f| f.chars().count() > 1);
    let is_recipient = |name: &str| {
        name.eq_ignore_ascii_case(recipient) || first_name.is_some_and(|f| name.eq_ignore_ascii_case(f))
    };
    let mut subject = subject;
    for prefix in [
        "re: ", "aw: ", "fwd: ", "fw: ", "wg: ", "tr: ", "rv: ", "sv: ", "vs: ", "odp: ", "ynt: ",
    ] {
        if subject
            .get(..prefix.len())
            .is_some_and(|s| s.eq_ignore_ascii_case(prefix))
        {
            subject = subject.get(prefix.len()..).unwrap_or(subject).trim_start();
        }
    }
    if let Some((name, rest)) = subject.split_once(", ")
        && is_recipient(name)
    {
        subject = rest;
    }
    let end = subject.trim_end_matches(['!', '.']);
    match end.rsplit_once(", ") {
        Some((rest, name)) if is_recipient(name) => rest,
        _ => subject,
    }
}
