//! What became of the addresses of a list, as text. It travels in the message to the next page, so it is short.

use domain::tenants::{InvitationLine, InvitationResult};

/// Lines that are reported one by one.
const MAX_PROBLEMS: usize = 20;
/// Characters of an address that are reported.
const MAX_ADDRESS_CHARS: usize = 60;

const fn is_sent(result: InvitationResult) -> bool {
    matches!(result, InvitationResult::Invited | InvitationResult::Renewed)
}

/// `3 invited, 1 invited again, 2 not invited.`
pub fn summary(lines: &[InvitationLine]) -> String {
    let count = |result| lines.iter().filter(|line| line.result == result).count();
    let others = lines.iter().filter(|line| !is_sent(line.result)).count();
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

/// The first lines that were not invited, one a line: number, address and reason, separated by tabs.
pub fn problems(lines: &[InvitationLine]) -> String {
    let failed = lines.iter().filter(|line| !is_sent(line.result));
    let rows = failed.take(MAX_PROBLEMS).map(|line| {
        let address: String = line.email.chars().take(MAX_ADDRESS_CHARS).collect();
        let address = address.replace(['\t', '\n', '\r'], " ");
        format!("{}\t{address}\t{}", line.line, reason(line))
    });
    rows.collect::<Vec<_>>().join("\n")
}

fn reason(line: &InvitationLine) -> String {
    let text = match line.result {
        InvitationResult::Invited | InvitationResult::Renewed => "Invited.",
        InvitationResult::AlreadyMember => "Is a member already.",
        InvitationResult::Invalid => "Is not valid.",
        InvitationResult::Duplicate => "Is in an earlier line already.",
        InvitationResult::OverQuota => "The organization has as many members and invitations as it can.",
        InvitationResult::RateLimited => "Too many invitations. Try again tomorrow.",
    };
    line.detail.clone().unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn report_counts_and_names_what_was_not_sent() {
        let line = |line, result, detail: Option<&str>| InvitationLine {
            line,
            email: format!("a{line}@x.co"),
            result,
            detail: detail.map(Into::into),
        };
        let lines = [
            line(1, InvitationResult::Invited, None),
            line(2, InvitationResult::Invalid, Some("Enter an address.")),
            line(3, InvitationResult::AlreadyMember, None),
        ];
        assert_eq!(summary(&lines), "1 invited, 2 not invited.");
        assert_eq!(
            problems(&lines),
            "2\ta2@x.co\tEnter an address.\n3\ta3@x.co\tIs a member already."
        );
    }
}
