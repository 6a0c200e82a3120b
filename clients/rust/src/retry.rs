use chrono::{DateTime, Utc};
use reqwest::{Client, Request, Response, StatusCode, header::RETRY_AFTER};
use std::time::Duration;

/// How requests are repeated that were answered with 429 or 503, or not at all.
#[derive(Clone, Debug)]
pub struct RetryPolicy {
    /// How often a request is sent at most, the first time included.
    pub attempts: u32,
    /// The wait before the first repetition, if the response does not say how long; it doubles each time.
    pub delay: Duration,
    /// The longest wait. A response that asks for more is an error at once.
    pub max_delay: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 4,
            delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(60),
        }
    }
}

impl RetryPolicy {
    /// Each request is sent once.
    pub fn never() -> Self {
        Self {
            attempts: 1,
            ..Self::default()
        }
    }

    fn backoff(&self, attempt: u32) -> Duration {
        let doubled = self.delay.saturating_mul(2_u32.saturating_pow(attempt - 1));
        with_jitter(doubled).min(self.max_delay)
    }

    /// How long to wait before the request is sent again; `None` if it is not.
    fn wait_after(
        &self,
        result: &reqwest::Result<Response>,
        attempt: u32,
        is_repeatable: bool,
    ) -> Option<Duration> {
        match result {
            Ok(response) if is_refused(response.status()) => match retry_after(response, Utc::now()) {
                Some(asked) => (asked <= self.max_delay).then(|| with_jitter(asked)),
                None => Some(self.backoff(attempt)),
            },
            Ok(_) => None,
            // The first request may have been processed.
            Err(_) => is_repeatable.then(|| self.backoff(attempt)),
        }
    }
}

fn is_refused(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    )
}

/// Up to a quarter longer: clients that were refused at the same time must not come back at the same time.
fn with_jitter(wait: Duration) -> Duration {
    wait.mul_f64(1.0 + fastrand::f64() / 4.0)
}

/// `Retry-After` as a number of seconds or as a date.
fn retry_after(response: &Response, now: DateTime<Utc>) -> Option<Duration> {
    let value = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTime::parse_from_rfc2822(value).ok()?;
    Some((date.to_utc() - now).to_std().unwrap_or_default())
}

pub(crate) async fn send(
    client: &Client,
    mut request: Request,
    policy: &RetryPolicy,
    is_repeatable: bool,
) -> reqwest::Result<Response> {
    let mut attempt = 1;
    loop {
        // A body that is a stream can be sent only once.
        let next = if attempt < policy.attempts {
            request.try_clone()
        } else {
            None
        };
        let result = client.execute(request).await;
        let wait = policy.wait_after(&result, attempt, is_repeatable);
        let (Some(next), Some(wait)) = (next, wait) else {
            return result;
        };
        drop(result);
        tokio::time::sleep(wait).await;
        request = next;
        attempt += 1;
    }
}
