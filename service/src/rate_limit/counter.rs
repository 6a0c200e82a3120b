//! The counters of a request, and the decision whether it may continue.

use super::{
    Limit,
    queries::{ConsumeRequest, Usage},
};
use crate::{
    Error, Services,
    audit_log::{self, AuditEvent},
    context::{ClientInfo, RateLimitStatus},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{ApiError, ErrorCode};

/// Key of a counter in the database.
pub(super) type CounterKey = Vec<u8>;

/// The counters that one request is counted under.
pub(super) struct Counters {
    pub request: ConsumeRequest,
    limits: Vec<(Limit, CounterKey)>,
}

impl Counters {
    /// The counters of the limits that are not off; each limit counts its subject.
    pub fn new(services: &Services, subjects: &[(Limit, &str)], now: DateTime<Utc>) -> Self {
        let mut counters = Self {
            request: ConsumeRequest::default(),
            limits: Vec::new(),
        };
        for (limit, subject) in subjects.iter().filter(|(limit, _)| !limit.is_off()) {
            let key = counter_key(services, *limit, subject);
            counters.request.keys.push(key.clone());
            counters
                .request
                .max
                .push(i32::try_from(limit.max).unwrap_or(i32::MAX));
            counters.request.window_ends_at.push(now + limit.window);
            counters.limits.push((*limit, key));
        }
        counters
    }

    /// Adds a counter that the database has consumed in addition to those of [`request`](Self::request).
    pub fn push(&mut self, limit: Limit, key: CounterKey) {
        self.limits.push((limit, key));
    }

    pub fn is_empty(&self) -> bool {
        self.limits.is_empty()
    }

    /// Rejects the request if any counter is exhausted, and sets the client's rate limit status.
    pub fn check_usage(
        &self,
        client: &ClientInfo,
        usages: &[Usage],
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let mut closest: Option<RateLimitStatus> = None;
        let mut exhausted: Option<(Limit, DateTime<Utc>)> = None;
        for (limit, key) in self.limits.iter().filter(|(limit, _)| !limit.is_off()) {
            let Some(usage) = usages.iter().find(|usage| usage.key == *key) else {
                return Err(Error::Internal(format!(
                    "the rate limit {} was not counted",
                    limit.name
                )));
            };
            let window_ends_at = usage.window_ends_at;
            if usage.granted() == 0 && exhausted.is_none_or(|(_, ends_at)| ends_at < window_ends_at) {
                exhausted = Some((*limit, window_ends_at));
            }
            // Only one request of a granted batch has been used so far.
            let count = (usage.count() + 1).saturating_sub(usage.granted());
            let status = status(*limit, count, window_ends_at, now);
            if closest.is_none_or(|c| status.remaining < c.remaining) {
                closest = Some(status);
            }
        }
        if let Some((limit, window_ends_at)) = exhausted {
            return Err(rate_limited(client, limit, window_ends_at, now));
        }
        if let Some(status) = closest {
            client.set_rate_limit_status(status);
        }
        Ok(())
    }
}

pub(super) fn set_status(
    client: &ClientInfo,
    limit: Limit,
    count: u32,
    window_ends_at: DateTime<Utc>,
    now: DateTime<Utc>,
) {
    client.set_rate_limit_status(status(limit, count, window_ends_at, now));
}

fn status(limit: Limit, count: u32, window_ends_at: DateTime<Utc>, now: DateTime<Utc>) -> RateLimitStatus {
    // Rounded up, so that a client that waits for the reported time is never too early.
    let left = (window_ends_at - now).clamp(TimeDelta::milliseconds(1), limit.window);
    let reset_seconds = u32::try_from((left.num_milliseconds() + 999) / 1000).unwrap_or(u32::MAX);
    RateLimitStatus {
        name: limit.name,
        max: limit.max,
        window_seconds: limit.window.num_seconds(),
        remaining: limit.max.saturating_sub(count),
        reset_seconds,
    }
}

/// The error of an exhausted limit, also recorded in metrics and the audit log.
pub(super) fn rate_limited(
    client: &ClientInfo,
    limit: Limit,
    window_ends_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Error {
    let status = status(limit, limit.max, window_ends_at, now);
    client.set_rate_limit_status(status);
    ::metrics::counter!("jobhax_rate_limited_total", "limit" => limit.name).increment(1);
    audit_log::record(AuditEvent::RateLimited, None, Some(client.ip()));
    let detail = format!(
        "Too many requests. Try again in {}.",
        format_duration(status.reset_seconds)
    );
    let mut error = ApiError::new(ErrorCode::RateLimited, detail);
    error.retry_after = Some(status.reset_seconds);
    error.into()
}

fn format_duration(seconds: u32) -> String {
    let (number, unit) = match seconds {
        0..=90 => (seconds, "second"),
        91..=5_400 => (seconds.div_ceil(60), "minute"),
        _ => (seconds.div_ceil(3_600), "hour"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// If the counters are unavailable for whatever reason, the request is rejected as if the database were down.
pub(super) fn fail_closed(error: Error) -> Error {
    match error {
        Error::Database(source) => {
            tracing::error!(error = %source, "rate limiter unavailable, rejecting request");
            Error::Unavailable(source)
        }
        other => other,
    }
}

pub(super) fn counter_key(services: &Services, limit: Limit, subject: &str) -> CounterKey {
    hash(services, "rate limit", &format!("{}\0{subject}", limit.name))
}

/// Counters and networks are stored as keyed hashes, because they contain email and IP addresses.
pub(super) fn hash(services: &Services, purpose: &str, text: &str) -> Vec<u8> {
    services.keys.hmac(purpose, text.as_bytes())[..16].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rate_limit::Limits;

    #[test]
    fn reset_is_rounded_up_to_at_least_one_second() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("time");
        let reset = |ms| {
            let ends_at = now + TimeDelta::milliseconds(ms);
            status(Limits::default().api, 0, ends_at, now).reset_seconds
        };
        assert_eq!((reset(0), reset(1), reset(1000), reset(1001)), (1, 1, 1, 2));
    }

    #[test]
    fn reset_never_exceeds_the_window() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("time");
        let ends_at = now + TimeDelta::days(7);
        assert_eq!(status(Limits::default().api, 0, ends_at, now).reset_seconds, 60);
    }

    #[test]
    fn duration_is_formatted_in_the_largest_sensible_unit() {
        assert_eq!(format_duration(1), "1 second");
        assert_eq!(format_duration(90), "90 seconds");
        assert_eq!(format_duration(91), "2 minutes");
        assert_eq!(format_duration(5_401), "2 hours");
    }
}
