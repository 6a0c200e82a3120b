//! Contacts: people of employers. One contact can be linked to many applications.

mod add;
mod fields;
mod update;

pub use add::{AddContactInput, ContactDraft};
pub use update::{ContactUpdate, UpdateContactInput};

use crate::{ContactId, JobApplicationId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Maximum length of a name, a role and a company, in characters.
pub const MAX_CONTACT_NAME_LEN: usize = 200;
/// Maximum length of a phone number, in characters.
pub const MAX_PHONE_LEN: usize = 50;
/// Maximum length of the notes, in characters.
pub const MAX_CONTACT_NOTES_LEN: usize = 5_000;

/// A contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Contact {
    /// Id of the contact.
    pub id: ContactId,
    /// The name.
    pub name: String,
    /// The email address.
    pub email: Option<String>,
    /// The phone number.
    pub phone: Option<String>,
    /// The role of the contact, such as recruiter.
    pub role: Option<String>,
    /// The employer.
    pub company: Option<String>,
    /// A web page about the contact.
    pub url: Option<String>,
    /// The user's notes.
    pub notes: Option<String>,
    /// The applications that the contact is linked to, without deleted ones.
    pub jobapp_ids: Vec<JobApplicationId>,
    /// When the contact was added.
    pub created_at: DateTime<Utc>,
    /// When the contact last changed.
    pub updated_at: DateTime<Utc>,
}

/// Query of `GET /api/contacts/get_contacts`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ListContactsInput {
    /// Only contacts of this application.
    #[serde(default)]
    pub jobapp_id: Option<JobApplicationId>,
}

/// Body of `POST /api/contacts/delete_contact`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ContactRef {
    /// The contact.
    pub contact_id: ContactId,
}

/// Body of `POST /api/contacts/link_contact` and `unlink_contact`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ContactLinkInput {
    /// The contact.
    pub contact_id: ContactId,
    /// The application.
    pub jobapp_id: JobApplicationId,
}
