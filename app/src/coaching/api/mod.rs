//! Server functions.

pub mod add_comment;
pub mod answer_access_request;
pub mod delete_comment;
pub mod grant_access;
pub mod request_access;
pub mod revoke_access;
pub mod update_comment;
pub mod withdraw_access_request;

#[cfg(feature = "ssr")]
use chrono::{DateTime, Days, NaiveDate, Utc};
#[cfg(feature = "ssr")]
use domain::{
    ApiError, FieldCode, JobApplicationId, UserId,
    routes::{ApplicationPage, ClientPage, Route},
};

/// The route of an application page: the user's own, or a client's if the form contains the client's id.
#[cfg(feature = "ssr")]
fn application_page(slug: String, id: JobApplicationId, owner: Option<UserId>) -> Route {
    match owner {
        Some(owner) => Route::Client(slug, owner, ClientPage::Application(id)),
        None => Route::Application(slug, id, ApplicationPage::Overview),
    }
}

/// The end of the day in the time zone; `None` if the field is empty.
#[cfg(feature = "ssr")]
fn end_of_day(text: &str, time_zone: &str) -> Result<Option<DateTime<Utc>>, ApiError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let day: NaiveDate = text.parse().map_err(|_| {
        let detail = "Enter a date, for example 2027-03-31.";
        ApiError::field("expires_at", FieldCode::InvalidFormat, detail)
    })?;
    let next = day.checked_add_days(Days::new(1));
    Ok(next.map(|day| service::platform::time_zone::midnight(day, time_zone)))
}
