//! Input of `POST /api/contacts/add_contact`.

use super::{MAX_CONTACT_NAME_LEN, fields};
use crate::{ApiError, FieldErrors, JobApplicationId, jobapps::web_url, normalize};
use serde::{Deserialize, Serialize};

/// Body of `POST /api/contacts/add_contact`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddContactInput {
    /// 1 to 200 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub name: String,
    /// One email address.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 254))]
    pub email: Option<String>,
    /// Up to 50 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 50))]
    pub phone: Option<String>,
    /// The role of the contact, such as recruiter; up to 200 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub role: Option<String>,
    /// Up to 200 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub company: Option<String>,
    /// An `http` or `https` URL of up to 2000 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub url: Option<String>,
    /// Up to 5000 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 5000))]
    pub notes: Option<String>,
    /// An application to link the contact to.
    #[serde(default)]
    pub jobapp_id: Option<JobApplicationId>,
}

/// A validated [`AddContactInput`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactDraft {
    /// The name.
    pub name: String,
    /// The email address.
    pub email: Option<String>,
    /// The phone number.
    pub phone: Option<String>,
    /// The role of the contact.
    pub role: Option<String>,
    /// The employer.
    pub company: Option<String>,
    /// A web page about the contact.
    pub url: Option<String>,
    /// The user's notes.
    pub notes: Option<String>,
    /// An application to link the contact to.
    pub jobapp_id: Option<JobApplicationId>,
}

impl AddContactInput {
    /// Validates every field.
    ///
    /// # Errors
    /// `invalid` with every invalid field.
    pub fn parse(self) -> Result<ContactDraft, ApiError> {
        let mut errors = FieldErrors::default();
        let name = errors.check("name", normalize::line(&self.name, 1, MAX_CONTACT_NAME_LEN));
        let email = errors.check("email", fields::email(self.email.as_deref()));
        let phone = errors.check("phone", fields::phone(self.phone.as_deref()));
        let role = errors.check("role", fields::short_text(self.role.as_deref()));
        let company = errors.check("company", fields::short_text(self.company.as_deref()));
        let url = errors.check("url", web_url(self.url.as_deref()));
        let notes = errors.check("notes", fields::notes(self.notes.as_deref()));
        errors.into_result()?;
        Ok(ContactDraft {
            name: name.unwrap_or_default(),
            email: email.flatten(),
            phone: phone.flatten(),
            role: role.flatten(),
            company: company.flatten(),
            url: url.flatten(),
            notes: notes.flatten(),
            jobapp_id: self.jobapp_id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<ContactDraft, ApiError> {
        serde_json::from_str::<AddContactInput>(body)
            .expect("shape")
            .parse()
    }

    #[test]
    fn contact_input_invalid_reports_every_field() {
        let long = "x".repeat(201);
        let body = format!(
            r#"{{"name":" ","email":"a@b","phone":"{long}","role":"{long}","company":"{long}","url":"javascript:alert(1)","notes":"\u0000"}}"#
        );
        let errors = parse(&body).expect_err("invalid").errors;
        let fields: Vec<_> = errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(
            fields,
            ["name", "email", "phone", "role", "company", "url", "notes"]
        );
    }

    #[test]
    fn blank_fields_of_a_contact_are_empty() {
        let draft = parse(r#"{"name":" Ilse ","email":" ","phone":"","role":" ","url":"","notes":" "}"#);
        let draft = draft.expect("valid");
        assert_eq!(draft.name, "Ilse");
        assert_eq!(
            [draft.email, draft.phone, draft.role, draft.url, draft.notes],
            [const { None }; 5]
        );
    }
}
