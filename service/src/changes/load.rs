//! The objects that changed, as they are now.

use super::queries::ChangeRow;
use crate::{Error, contacts, files, interviews, jobapps, platform::db::TenantTx, tasks};
use chrono::{DateTime, Utc};
use domain::{
    JobApplicationId,
    changes::{Change, ChangeData, ObjectKind},
};
use std::collections::HashMap;
use uuid::Uuid;

/// Adds the objects to changes, in at most one or two statements for each kind of object.
pub(super) async fn load(
    tx: &mut TenantTx,
    rows: Vec<ChangeRow>,
    now: DateTime<Utc>,
) -> Result<Vec<Change>, Error> {
    let mut ids: HashMap<ObjectKind, Vec<Uuid>> = HashMap::new();
    for row in &rows {
        ids.entry(row.change_type.object_kind())
            .or_default()
            .push(row.object);
    }
    let mut objects = HashMap::new();
    for (kind, mut ids) in ids {
        ids.sort_unstable();
        ids.dedup();
        objects.extend(load_kind(tx, kind, &ids, now).await?);
    }
    let changes = rows.into_iter().map(|row| {
        let data = objects.get(&row.object).cloned();
        Change {
            id: row.id,
            change_type: row.change_type,
            object_id: row.object,
            jobapp_id: row.application.map(JobApplicationId),
            owner_id: row.owner.map(Into::into),
            at: row.committed_at,
            version: match &data {
                Some(ChangeData::JobApplication(application)) => Some(application.version),
                _ => None,
            },
            transition: row.transition,
            data,
        }
    });
    Ok(changes.collect())
}

async fn load_kind(
    tx: &mut TenantTx,
    kind: ObjectKind,
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> Result<Vec<(Uuid, ChangeData)>, Error> {
    Ok(match kind {
        ObjectKind::Jobapp => jobapps::list_by_ids(tx, ids, now)
            .await?
            .into_iter()
            .map(|a| (a.id.0, ChangeData::JobApplication(Box::new(a))))
            .collect(),
        ObjectKind::Note => jobapps::list_notes_by_ids(tx, ids)
            .await?
            .into_iter()
            .map(|note| (note.id.0, ChangeData::Note(note)))
            .collect(),
        ObjectKind::Contact => contacts::list_by_ids(tx, ids)
            .await?
            .into_iter()
            .map(|contact| (contact.id.0, ChangeData::Contact(Box::new(contact))))
            .collect(),
        ObjectKind::Interview => interviews::list_by_ids(tx, ids)
            .await?
            .into_iter()
            .map(|interview| (interview.id.0, ChangeData::Interview(Box::new(interview))))
            .collect(),
        ObjectKind::Task => tasks::list_by_ids(tx, ids)
            .await?
            .into_iter()
            .map(|task| (task.id.0, ChangeData::Task(Box::new(task))))
            .collect(),
        ObjectKind::File => files::list_by_ids(tx, ids)
            .await?
            .into_iter()
            .map(|file| (file.id.0, ChangeData::File(file)))
            .collect(),
        ObjectKind::Stage => jobapps::queries::list_stages(tx)
            .await?
            .into_iter()
            .map(|stage| (stage.id.0, ChangeData::Stage(stage)))
            .collect(),
        ObjectKind::Mail | ObjectKind::Mailbox | ObjectKind::Member => Vec::new(),
    })
}
