//! Text reports about access requests to several members. They must be short, because the flash message is stored in a cookie.

use service::coaching::RequestOutcome;

/// Maximum number of names listed per reason.
const MAX_NAMES: usize = 8;
/// Maximum length of a reported name, in characters; longer names are cut off.
const MAX_NAME_CHARS: usize = 40;

/// `3 members asked, 1 not asked.`
pub fn summary(outcomes: &[RequestOutcome]) -> String {
    let failed = outcomes
        .iter()
        .filter(|outcome| outcome.problem.is_some())
        .count();
    let asked = i64::try_from(outcomes.len() - failed).unwrap_or(i64::MAX);
    let asked = crate::ui::count(asked, "member asked", "members asked");
    match failed {
        0 => format!("{asked}. You see their applications when they give you access."),
        n => format!("{asked}, {n} not asked."),
    }
}

/// One line per reason why members were not asked: the reason, a tab, and the names.
pub fn problems(outcomes: &[RequestOutcome]) -> String {
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for outcome in outcomes {
        let Some(problem) = &outcome.problem else { continue };
        let name: String = outcome.person.label().chars().take(MAX_NAME_CHARS).collect();
        match reasons.iter_mut().find(|(reason, _)| *reason == problem.detail) {
            Some((_, names)) => names.push(name),
            None => reasons.push((&problem.detail, vec![name])),
        }
    }
    let lines = reasons.into_iter().map(|(reason, mut names)| {
        let hidden = names.len().saturating_sub(MAX_NAMES);
        names.truncate(MAX_NAMES);
        let more = if hidden > 0 {
            format!(" and {hidden} more")
        } else {
            String::new()
        };
        format!("{reason}\t{}{more}", names.join(", "))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{ApiError, ErrorCode, UserId, coaching::Person};

    #[test]
    fn report_counts_and_groups_members_by_reason() {
        let outcome = |name: &str, problem: Option<&str>| RequestOutcome {
            person: Person {
                user_id: UserId(uuid::Uuid::nil()),
                name: Some(name.into()),
            },
            problem: problem.map(|detail| ApiError::new(ErrorCode::Conflict, detail)),
        };
        let mut outcomes = vec![outcome("Ada", None)];
        assert!(summary(&outcomes).starts_with("1 member asked. "));
        assert_eq!(problems(&outcomes), "");
        outcomes.push(outcome("Ben", Some("Asked already.")));
        outcomes.extend((0..9).map(|n| outcome(&format!("M{n}"), Some("Too many."))));
        assert_eq!(summary(&outcomes), "1 member asked, 10 not asked.");
        assert_eq!(
            problems(&outcomes),
            "Asked already.\tBen\nToo many.\tM0, M1, M2, M3, M4, M5, M6, M7 and 1 more"
        );
    }
}
