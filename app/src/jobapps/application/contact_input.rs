//! The text fields of the contact form.

use domain::{
    ContactId, JobApplicationId,
    contacts::{AddContactInput, Contact, UpdateContactInput},
};

/// The fields as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactInput {
    pub name: String,
    /// The contact's job or role.
    pub role: String,
    pub email: String,
    pub phone: String,
    pub company: String,
    /// A web page about the contact.
    pub url: String,
    pub notes: String,
}

impl ContactInput {
    /// The fields with the values of a contact.
    pub fn of(contact: &Contact) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        Self {
            name: contact.name.clone(),
            role: text(&contact.role),
            email: text(&contact.email),
            phone: text(&contact.phone),
            company: text(&contact.company),
            url: text(&contact.url),
            notes: text(&contact.notes),
        }
    }

    /// Reads the fields with a function that returns the value for a name.
    pub fn from_values(value: impl Fn(&str) -> String) -> Self {
        Self {
            name: value("name"),
            role: value("role"),
            email: value("email"),
            phone: value("phone"),
            company: value("company"),
            url: value("url"),
            notes: value("notes"),
        }
    }

    /// The fields by name.
    pub fn values(&self) -> [(&'static str, &str); 7] {
        [
            ("name", &self.name),
            ("role", &self.role),
            ("email", &self.email),
            ("phone", &self.phone),
            ("company", &self.company),
            ("url", &self.url),
            ("notes", &self.notes),
        ]
    }

    pub fn to_new(&self, application: JobApplicationId) -> AddContactInput {
        let text = |value: &String| Some(value.clone());
        AddContactInput {
            name: self.name.clone(),
            email: text(&self.email),
            phone: text(&self.phone),
            role: text(&self.role),
            company: text(&self.company),
            url: text(&self.url),
            notes: text(&self.notes),
            jobapp_id: Some(application),
        }
    }

    /// The input for a change of all fields. Empty fields are cleared.
    pub fn to_update(&self, contact_id: ContactId) -> UpdateContactInput {
        let text = |value: &String| Some(Some(value.clone()));
        UpdateContactInput {
            contact_id,
            name: Some(self.name.clone()),
            email: text(&self.email),
            phone: text(&self.phone),
            role: text(&self.role),
            company: text(&self.company),
            url: text(&self.url),
            notes: text(&self.notes),
        }
    }
}
