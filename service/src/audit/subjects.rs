//! The people and objects that events concern. Events have ids only: names and addresses of people are read when they are shown. The name
//! of a person who has left is kept as of that time, and deleted with their account.

use super::queries;
use crate::{
    Error, Services,
    context::{Caller, Grant, permit},
};
use domain::{
    UserId,
    audit::{AuditEntry, AuditObject, AuditObjectKind},
    tenants::Action,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Number of characters of the id that are shown for an object without a name.
const SHORT_ID_LEN: usize = 8;
/// Maximum number of former members in the filter.
const MAX_FORMER_MEMBERS: i64 = 1000;

/// The person or object that an event concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditSubject {
    /// The name of a member, or a description of the object.
    pub name: String,
    /// The address of a member or of an invited person; `None` for people who have left.
    pub email: Option<String>,
}

impl AuditSubject {
    /// `Mia Member (mia@example.org)`.
    pub fn label(&self) -> String {
        match &self.email {
            Some(email) => format!("{} ({email})", self.name),
            None => self.name.clone(),
        }
    }
}

/// The subjects of events, by the ids of their objects.
#[derive(Clone, Debug, Default)]
pub struct AuditSubjects(HashMap<Uuid, AuditSubject>);

impl AuditSubjects {
    /// The person or object that the event concerns in addition to its actor; `None` for the actor's own account and the workspace itself.
    pub fn find(&self, entry: &AuditEntry) -> Option<AuditSubject> {
        let object = entry.object.as_ref()?;
        if object.kind == AuditObjectKind::Tenant || entry.actor.id.is_some_and(|id| id.0 == object.id) {
            return None;
        }
        let of_person = self.0.get(&object.id).cloned();
        Some(of_person.unwrap_or_else(|| unnamed(object, entry.details.name.as_deref())))
    }
}

/// The text for an object that is not a person, or whose person was deleted. `name` is the object's name at that time, if the event
/// contains it.
fn unnamed(object: &AuditObject, name: Option<&str>) -> AuditSubject {
    let id = object.id.simple().to_string();
    // The end of an id is random; its beginning is the time.
    let short = id.get(id.len() - SHORT_ID_LEN..).unwrap_or_default();
    let named = |kind: &str| name.map_or_else(|| format!("{kind} …{short}"), |name| format!("{kind} {name}"));
    let name = match object.kind {
        AuditObjectKind::Member => "Former member".to_owned(),
        AuditObjectKind::Invitation => "Former member or ended invitation".to_owned(),
        AuditObjectKind::ApiKey => format!("API key …{short}"),
        AuditObjectKind::WebhookEndpoint => named("Webhook endpoint"),
        AuditObjectKind::Group => named("Group"),
        AuditObjectKind::Stage => named("Stage"),
        AuditObjectKind::Tenant => "The workspace".to_owned(),
    };
    AuditSubject { name, email: None }
}

/// The people who have left the caller's workspace, by their last name there, for the filter of its log.
///
/// # Errors
/// `forbidden` for other roles than owner and admin.
pub async fn list_former_members(
    services: &Services,
    caller: &Caller,
) -> Result<Vec<(UserId, String)>, Error> {
    let grant = permit(caller, Action::ReadAudit)?;
    let mut conn = services.db.global_conn().await?;
    queries::list_all_former_members(&mut conn, grant.tenant(), MAX_FORMER_MEMBERS).await
}

/// The people and objects that these events of the caller's workspace concern.
///
/// # Errors
/// `forbidden` for other roles than owner and admin.
pub async fn list_subjects(
    services: &Services,
    caller: &Caller,
    events: &[AuditEntry],
) -> Result<AuditSubjects, Error> {
    read_subjects(services, permit(caller, Action::ReadAudit)?, events).await
}

/// As [`list_subjects`], with a permission.
pub(crate) async fn read_subjects(
    services: &Services,
    grant: Grant,
    events: &[AuditEntry],
) -> Result<AuditSubjects, Error> {
    let objects = events.iter().filter_map(|entry| entry.object.as_ref());
    let mut ids: Vec<Uuid> = objects.map(|object| object.id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut conn = services.db.global_conn().await?;
    let rows = queries::list_subjects(&mut conn, grant.tenant(), &ids).await?;
    let subjects = rows.into_iter().map(|row| {
        let (name, email) = match row.name {
            Some(name) if row.is_former => (format!("{name} (former member)"), None),
            Some(name) => (name, row.email),
            None => (format!("Invitation to {}", row.email.unwrap_or_default()), None),
        };
        (row.id, AuditSubject { name, email })
    });
    Ok(AuditSubjects(subjects.collect()))
}
