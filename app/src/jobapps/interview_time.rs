//! When and where an interview takes place.

use super::labels::{day_format, days};
use chrono::{DateTime, NaiveDateTime, Utc};
use domain::interviews::{Interview, InterviewKind};
use leptos::prelude::*;
use service::platform::time_zone::local_time;

pub const fn interview_name(kind: InterviewKind) -> &'static str {
    match kind {
        InterviewKind::Phone => "Phone interview",
        InterviewKind::Video => "Video interview",
        InterviewKind::Onsite => "On-site interview",
        InterviewKind::Other => "Interview",
    }
}

/// Day and time in the user's time zone, such as `Tue 1 Dec, 14:00–15:00`, and in the interview's time zone if its local time
/// differs.
pub fn interview_time(interview: &Interview, user_zone: &str, now: DateTime<Utc>) -> String {
    let start = local_time(interview.starts_at, user_zone);
    let format = day_format(start, local_time(now, user_zone));
    let day = start.format(&format!("%a {format}")).to_string();
    let mut text = format!("{day}, {}", clock(interview, user_zone));
    if let Some(zone) = interview.time_zone.as_deref() {
        let there = local_time(interview.starts_at, zone);
        if there != start {
            let city = zone.rsplit('/').next().unwrap_or(zone).replace('_', " ");
            let day = if there.date() == start.date() {
                String::new()
            } else {
                there.format("%a ").to_string()
            };
            text = format!("{text} ({day}{} in {city})", clock(interview, zone));
        }
    }
    text
}

/// `14:00–15:00`, or only the start.
fn clock(interview: &Interview, zone: &str) -> String {
    let start = local_time(interview.starts_at, zone);
    let end = interview.ends_at.map(|end| local_time(end, zone));
    match end.filter(|end| *end > start) {
        Some(end) if end.date() == start.date() => {
            format!("{}–{}", start.format("%H:%M"), end.format("%H:%M"))
        }
        Some(end) => format!("{}–{}", start.format("%H:%M"), end.format("%a %H:%M")),
        None => start.format("%H:%M").to_string(),
    }
}

/// `today`, `tomorrow`, `in 5 days`, `3 days ago`.
pub fn relative_day(at: NaiveDateTime, now: NaiveDateTime) -> String {
    match (at.date() - now.date()).num_days() {
        0 => "today".into(),
        1 => "tomorrow".into(),
        -1 => "yesterday".into(),
        n if n < 0 => format!("{} ago", days(-n)),
        n => format!("in {}", days(n)),
    }
}

/// The location, as a link if it is a URL.
pub fn location_view(place: String) -> AnyView {
    let is_link = ["https://", "http://"]
        .iter()
        .any(|start| place.starts_with(start))
        && !place.contains(' ');
    if !is_link {
        return view! { <span class="agenda-place">{place}</span> }.into_any();
    }
    let host = place.split('/').nth(2).unwrap_or(&place).to_owned();
    view! {
        <a class="link agenda-place" href=place rel="noopener noreferrer nofollow" target="_blank">
            {host}
            <span class="sr-only">", opens in a new tab"</span>
        </a>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(zone: Option<&str>, end: Option<&str>) -> String {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        let interview = Interview {
            id: domain::InterviewId(uuid::Uuid::nil()),
            jobapp_id: domain::JobApplicationId(uuid::Uuid::nil()),
            kind: InterviewKind::Video,
            starts_at: at("2026-12-01T13:00:00Z"),
            ends_at: end.map(at),
            time_zone: zone.map(Into::into),
            place: None,
            notes: None,
            mail_id: None,
            cancelled_at: None,
            created_at: at("2026-11-01T00:00:00Z"),
            updated_at: at("2026-11-01T00:00:00Z"),
        };
        interview_time(&interview, "Europe/Berlin", at("2026-11-20T00:00:00Z"))
    }

    #[test]
    fn time_is_shown_in_both_zones_if_their_clocks_differ() {
        let end = Some("2026-12-01T14:00:00Z");
        assert_eq!(text(None, None), "Tue 1 Dec, 14:00");
        assert_eq!(text(Some("Europe/Paris"), end), "Tue 1 Dec, 14:00–15:00");
        assert_eq!(
            text(Some("America/New_York"), end),
            "Tue 1 Dec, 14:00–15:00 (08:00–09:00 in New York)"
        );
        assert_eq!(
            text(Some("Asia/Tokyo"), None),
            "Tue 1 Dec, 14:00 (22:00 in Tokyo)"
        );
        assert_eq!(
            text(Some("Pacific/Auckland"), None),
            "Tue 1 Dec, 14:00 (Wed 02:00 in Auckland)"
        );
    }

    #[test]
    fn day_is_relative_to_today() {
        let at = |day| {
            chrono::NaiveDate::from_ymd_opt(2026, 11, day)
                .expect("day")
                .and_hms_opt(23, 0, 0)
                .expect("time")
        };
        let texts: Vec<_> = [20, 21, 19, 25, 17]
            .map(|day| relative_day(at(day), at(20)))
            .into();
        assert_eq!(
            texts,
            ["today", "tomorrow", "yesterday", "in 5 days", "3 days ago"]
        );
    }
}
