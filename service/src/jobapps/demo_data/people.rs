//! Contacts of the demo data.

use crate::{
    Error, Services,
    contacts::{insert_contact, insert_link},
    platform::db::TenantTx,
};
use chrono::{DateTime, Utc};
use domain::{JobApplicationId, contacts::Contact};

/// Indexes of the active applications, name, role, email, phone, and notes.
type SampleContact = (
    &'static [usize],
    &'static str,
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
    Option<&'static str>,
);

const CONTACTS: [SampleContact; 5] = [
    (
        &[0],
        "Ilse Brandt",
        "Talent partner",
        Some("ilse.brandt@people.example"),
        Some("+49 30 5550 1417"),
        None,
    ),
    (
        &[2],
        "Tomas Reuter",
        "Head of forecasting",
        Some("tomas.reuter@forecasting.example"),
        None,
        Some("Cares about how a model is explained to engineers."),
    ),
    (
        &[2, 4],
        "Amira Okafor",
        "Recruiter, agency",
        Some("amira@okafor-search.example"),
        Some("+44 20 5550 0143"),
        Some("Prefers a call before noon."),
    ),
    (
        &[3],
        "Lucie Marchand",
        "Team lead",
        Some("lucie.marchand@team.example"),
        None,
        None,
    ),
    (
        &[0, 3],
        "Jonas Weber",
        "Former colleague",
        None,
        Some("+49 40 5550 2290"),
        Some("Introduced me."),
    ),
];

/// Adds contacts of these applications.
pub(super) async fn insert(
    services: &Services,
    tx: &mut TenantTx,
    active: &[JobApplicationId],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    for (indexes, name, role, email, phone, notes) in CONTACTS {
        let contact = Contact {
            id: services.id(),
            name: name.into(),
            email: email.map(Into::into),
            phone: phone.map(Into::into),
            role: Some(role.into()),
            company: None,
            url: None,
            notes: notes.map(Into::into),
            jobapp_ids: Vec::new(),
            created_at: now,
            updated_at: now,
        };
        insert_contact(tx, &contact).await?;
        for application in indexes.iter().filter_map(|index| active.get(*index).copied()) {
            insert_link(tx, services.id(), application, contact.id, now).await?;
        }
    }
    Ok(())
}
