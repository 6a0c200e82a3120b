//! The next step of an application, as its card shows it.

use chrono::{Datelike as _, NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

/// How soon a step needs the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// The day has passed.
    Overdue,
    /// Today or tomorrow.
    Soon,
    /// Later.
    Later,
}

/// The next interview or the next task of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextStep {
    /// The text of the step.
    pub title: String,
    /// When it is, in words.
    pub when: String,
    /// How soon it is.
    pub urgency: Urgency,
    /// Whether the step is an interview.
    pub is_interview: bool,
}

impl NextStep {
    /// The earlier of an interview (by its local time for the user) and a task (by its title and day).
    pub fn earlier(
        interview: Option<NaiveDateTime>,
        task: Option<(String, NaiveDate)>,
        today: NaiveDate,
    ) -> Option<Self> {
        match (interview, task) {
            (Some(at), Some((_, due))) if at.date() <= due => Some(Self::interview(at, today)),
            (_, Some((title, due))) => Some(Self::task(title, due, today)),
            (Some(at), None) => Some(Self::interview(at, today)),
            (None, None) => None,
        }
    }

    fn interview(at: NaiveDateTime, today: NaiveDate) -> Self {
        Self {
            title: "Interview".into(),
            when: format!("{} {}", day_text(at.date(), today), at.format("%H:%M")),
            urgency: urgency(at.date(), today).max_soon(),
            is_interview: true,
        }
    }

    fn task(title: String, due: NaiveDate, today: NaiveDate) -> Self {
        let when = match (today - due).num_days() {
            1 => "1 day overdue".to_owned(),
            n if n > 1 => format!("{n} days overdue"),
            _ => format!("due {}", day_text(due, today)),
        };
        Self {
            title,
            when,
            urgency: urgency(due, today),
            is_interview: false,
        }
    }
}

impl Urgency {
    /// An interview that has begun is never overdue.
    const fn max_soon(self) -> Self {
        match self {
            Self::Overdue => Self::Soon,
            urgency => urgency,
        }
    }
}

fn urgency(day: NaiveDate, today: NaiveDate) -> Urgency {
    match (day - today).num_days() {
        ..0 => Urgency::Overdue,
        0..=1 => Urgency::Soon,
        _ => Urgency::Later,
    }
}

/// `today`, `tomorrow`, `Friday`, `3 Dec`, `3 Jan 2027`.
fn day_text(day: NaiveDate, today: NaiveDate) -> String {
    match (day - today).num_days() {
        0 => "today".into(),
        1 => "tomorrow".into(),
        2..=6 => day.format("%A").to_string(),
        _ if day.year() == today.year() => day.format("%-d %b").to_string(),
        _ => day.format("%-d %b %Y").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn step(interview: Option<&str>, task: Option<&str>) -> Option<(String, Urgency)> {
        let at = interview.map(|day_text| day(day_text).and_hms_opt(14, 0, 0).expect("a time"));
        let task = task.map(|due| ("Follow up".to_owned(), day(due)));
        NextStep::earlier(at, task, day("2026-11-26"))
            .map(|step| (format!("{} {}", step.title, step.when), step.urgency))
    }

    #[test]
    fn day_of_a_step_is_relative_within_a_week() {
        for (interview, text, urgency) in [
            ("2026-11-26", "Interview today 14:00", Urgency::Soon),
            ("2026-11-27", "Interview tomorrow 14:00", Urgency::Soon),
            ("2026-12-02", "Interview Wednesday 14:00", Urgency::Later),
            ("2026-12-03", "Interview 3 Dec 14:00", Urgency::Later),
            ("2027-01-03", "Interview 3 Jan 2027 14:00", Urgency::Later),
            ("2026-11-25", "Interview 25 Nov 14:00", Urgency::Soon),
        ] {
            assert_eq!(step(Some(interview), None), Some((text.into(), urgency)));
        }
        for (due, text, urgency) in [
            ("2026-11-26", "Follow up due today", Urgency::Soon),
            ("2026-11-28", "Follow up due Saturday", Urgency::Later),
            ("2026-11-25", "Follow up 1 day overdue", Urgency::Overdue),
            ("2026-11-16", "Follow up 10 days overdue", Urgency::Overdue),
        ] {
            assert_eq!(step(None, Some(due)), Some((text.into(), urgency)));
        }
    }

    #[test]
    fn earlier_step_is_shown_and_the_interview_of_the_same_day() {
        let title = |interview, task| step(Some(interview), Some(task)).expect("a step").0;
        assert!(title("2026-11-27", "2026-11-27").starts_with("Interview"));
        assert!(title("2026-11-27", "2026-11-26").starts_with("Follow up"));
        assert_eq!(step(None, None), None);
    }
}
