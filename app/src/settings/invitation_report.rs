//! Text reports about invited addresses. They must be short, because the flash message is stored in a cookie.

use domain::tenants::{InvitationLine, InvitationResult};

/// Maximum total size of the reported lines in bytes. Together with [`MAX_CORRECTIONS_LEN`], they must fit into a cookie.
const MAX_ROWS_LEN: usize = 700;
const MAX_CORRECTIONS_LEN: usize = 400;
/// Maximum length of a reported address, in characters; longer addresses are cut off.
const MAX_ADDRESS_CHARS: usize = 60;

const fn is_sent(result: InvitationResult) -> bool {
    matches!(result, InvitationResult::Invited | InvitationResult::Renewed)
}

/// `3 invited, 1 invited again, 2 not invited.`
pub fn summary(lines: &[InvitationLine]) -> String {
    let count = |result| lines.iter().filter(|line| line.result == result).count();
    let others = count_failed(lines);
    let parts = [
        (count(InvitationResult::Invited), "invited"),
        (count(InvitationResult::Renewed), "invited again"),
        (others, "not invited"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| format!("{n} {what}"))
        .collect();
    format!("{}.", parts.join(", "))
}

/// The number of addresses that were not invited.
pub fn count_failed(lines: &[InvitationLine]) -> usize {
    lines.iter().filter(|line| !is_sent(line.result)).count()
}

/// The first addresses that were not invited or were invited again, one per line: number, address and reason, separated by tabs.
/// The last line reports the number of further addresses.
pub fn rows(lines: &[InvitationLine]) -> String {
    let failed = lines.iter().filter(|line| !is_sent(line.result));
    let renewed = lines
        .iter()
        .filter(|line| line.result == InvitationResult::Renewed);
    let rows: Vec<String> = failed
        .chain(renewed)
        .map(|line| {
            let address: String = line.email.chars().take(MAX_ADDRESS_CHARS).collect();
            let address = address.replace(['\t', '\n', '\r'], " ");
            format!("{}\t{address}\t{}", line.line, reason(line))
        })
        .collect();
    match join_first(&rows, MAX_ROWS_LEN) {
        (text, 0) => text,
        (text, left) => format!("{text}\n\t\tAnd {left} more."),
    }
}

/// The entered lines that can be sent again after a correction, with the header of the table, if any.
pub fn corrections(text: &str, lines: &[InvitationLine]) -> String {
    let number = |line: &InvitationLine| usize::try_from(line.line).unwrap_or_default();
    let first = lines.iter().map(number).min().unwrap_or_default();
    let head = text.lines().take(first.saturating_sub(1));
    let mut kept: Vec<String> = head
        .filter(|line| !line.trim().is_empty())
        .map(str::to_owned)
        .collect();
    let heads = kept.len();
    for line in lines.iter().filter(|line| is_correctable(line.result)) {
        let is_alone = lines.iter().filter(|other| other.line == line.line).count() == 1;
        let entered = text.lines().nth(number(line).saturating_sub(1));
        kept.push(match entered {
            Some(entered) if is_alone => entered.trim().to_owned(),
            _ => line.email.clone(),
        });
    }
    if kept.len() == heads {
        return String::new();
    }
    join_first(&kept, MAX_CORRECTIONS_LEN).0
}

const fn is_correctable(result: InvitationResult) -> bool {
    matches!(
        result,
        InvitationResult::Invalid | InvitationResult::OverQuota | InvitationResult::RateLimited
    )
}

/// Joins the first parts that fit into `max` bytes. Also returns the number of parts that do not fit.
fn join_first(parts: &[String], max: usize) -> (String, usize) {
    let mut text = String::new();
    for (index, part) in parts.iter().enumerate() {
        if text.len() + part.len() >= max {
            return (text, parts.len() - index);
        }
        if index > 0 {
            text.push('\n');
        }
        text.push_str(part);
    }
    (text, 0)
}

fn reason(line: &InvitationLine) -> String {
    let text = match line.result {
        InvitationResult::Invited => "Invited.",
        InvitationResult::Renewed => "Invited again.",
        InvitationResult::AlreadyMember => "Is a member already.",
        InvitationResult::Invalid => "Is not valid.",
        InvitationResult::Duplicate => "Already in an earlier line.",
        InvitationResult::OverQuota => "The organization has reached its limit of members and invitations.",
        InvitationResult::RateLimited => "Too many invitations. Try again tomorrow.",
    };
    line.detail.clone().unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn report_lists_unsent_and_resent_invitations() {
        let line = |line, result, detail: Option<&str>| InvitationLine {
            line,
            email: format!("a{line}@x.co"),
            result,
            detail: detail.map(Into::into),
        };
        let lines = [
            line(1, InvitationResult::Invited, None),
            line(2, InvitationResult::Invalid, Some("Enter an address.")),
            line(3, InvitationResult::Renewed, Some("Sent again, as coach.")),
            line(4, InvitationResult::AlreadyMember, None),
        ];
        assert_eq!(summary(&lines), "1 invited, 1 invited again, 2 not invited.");
        assert_eq!(
            rows(&lines),
            "2\ta2@x.co\tEnter an address.\n4\ta4@x.co\tIs a member already.\n3\ta3@x.co\tSent again, as coach."
        );
        let many: Vec<_> = (1..=500)
            .map(|n| line(n, InvitationResult::RateLimited, None))
            .collect();
        let text = rows(&many);
        assert!(text.len() < 750 && text.ends_with(" more."), "{text}");
    }

    #[test]
    fn rejected_lines_are_kept_below_the_header() {
        let line = |line, email: &str, result| InvitationLine {
            line,
            email: email.into(),
            result,
            detail: None,
        };
        let (sent, invalid) = (InvitationResult::Invited, InvitationResult::Invalid);
        let text = "name;email;role\nAda;a@x.co;coach\nEve;e@x.co;king\n";
        let lines = [line(2, "a@x.co", sent), line(3, "e@x.co", invalid)];
        assert_eq!(corrections(text, &lines), "name;email;role\nEve;e@x.co;king");
        assert_eq!(corrections(text, &lines[..1]), "");
        let lines = [line(1, "a@x.co", sent), line(1, "nobody", invalid)];
        assert_eq!(corrections("a@x.co, nobody", &lines), "nobody");
    }
}
