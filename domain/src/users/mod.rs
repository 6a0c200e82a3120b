//! Users and their profile.

mod email;
mod profile;
mod user_agent;

pub use email::EmailAddress;
pub use profile::{ProfileUpdate, UpdateProfileInput};
pub use user_agent::device_name;

use crate::UserId;
use serde::{Deserialize, Serialize};

/// A user, as shown to that user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// Id of the user.
    pub id: UserId,
    /// Email address as entered at registration.
    pub email: String,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Whether the user has verified the email address.
    pub email_verified: bool,
    /// IANA name of the time zone for dates.
    pub time_zone: String,
}

impl User {
    /// The full name, or the local part of the email address for users without a name.
    pub fn display_name(&self) -> String {
        let name = [self.first_name.as_deref(), self.last_name.as_deref()];
        let name = name.into_iter().flatten().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            self.email.split('@').next().unwrap_or_default().to_owned()
        } else {
            name
        }
    }
}
