//! Copies one batch: reads it in the source, copies the files, and writes it in the target.

use super::{
    Purpose,
    bundle::{Bundle, Ids, Row, id},
    earlier_transfers::{EarlierTransfers, Item},
    queries::{self, NewTransferRow},
    stages::match_stages,
};
use crate::{
    Error, Services,
    context::{Caller, Grant, permit},
    files,
    jobapps::limits,
    platform::db::{CountedObject, TenantTx},
    quotas,
};
use domain::{FileId, quotas::Quota, tenants::Action};
use serde_json::Value;
use std::collections::HashSet;
use uuid::Uuid;

/// Where to copy from and to. Both callers are the same user.
pub(super) struct Transfer<'a> {
    pub services: &'a Services,
    pub source: Grant,
    pub target: Grant,
    pub purpose: Purpose,
}

impl<'a> Transfer<'a> {
    /// # Errors
    /// `forbidden` if the role in the target does not allow own applications.
    pub fn new(
        services: &'a Services,
        source: &Caller,
        target: &Caller,
        purpose: Purpose,
    ) -> Result<Self, Error> {
        Ok(Self {
            services,
            source: permit(source, Action::ReadApplications)?.to_read(),
            target: permit(target, Action::WriteApplications)?,
            purpose,
        })
    }

    pub async fn begin_source(&self) -> Result<TenantTx, Error> {
        self.services.db.begin(self.source).await
    }

    pub async fn begin_target(&self) -> Result<TenantTx, Error> {
        self.services.db.begin(self.target).await
    }

    /// Copies these applications and returns how many of them were not there already.
    pub async fn copy_applications(&self, ids: &[Uuid]) -> Result<usize, Error> {
        let mut tx = self.begin_source().await?;
        // Read before the rows: after a change in between, the copy counts as outdated and not as current.
        let digests = queries::digests(&mut tx, ids).await?;
        let bundle = queries::read_applications(&mut tx, ids).await?;
        self.copy(tx, bundle, digests).await
    }

    /// Copies the next contacts, and the next tasks without an application. Returns the last id of a full page.
    pub async fn copy_others(&self, after: Uuid, limit: i64) -> Result<Option<Uuid>, Error> {
        let mut tx = self.begin_source().await?;
        let mut bundle = queries::read_others(&mut tx, after, limit).await?;
        let is_full = |rows: &[Row]| i64::try_from(rows.len()).is_ok_and(|len| len >= limit);
        let last = |rows: &[Row]| rows.last().and_then(|row| id(row, "id"));
        // The next page begins after the smaller last id, so that neither table skips rows.
        let next = [&bundle.contacts, &bundle.tasks]
            .into_iter()
            .filter(|rows| is_full(rows))
            .filter_map(|rows| last(rows))
            .min();
        if let Some(next) = next {
            for rows in [&mut bundle.contacts, &mut bundle.tasks] {
                rows.retain(|row| id(row, "id").is_some_and(|id| id <= next));
            }
        }
        self.copy(tx, bundle, Vec::new()).await?;
        Ok(next)
    }

    async fn copy(&self, mut tx: TenantTx, mut bundle: Bundle, digests: Vec<Item>) -> Result<usize, Error> {
        let stages = queries::list_stages(&mut tx, true).await?;
        let origins = queries::list_transferred(&mut tx, self.target.tenant(), None).await?;
        tx.commit().await?;
        let mut known = EarlierTransfers {
            origins: origins.into_iter().map(|row| (row.id, row)).collect(),
            ..EarlierTransfers::default()
        };
        let items = items(&bundle, digests);
        let mut tx = self.begin_target().await?;
        self.look_up(&mut tx, &items, &mut known).await?;
        tx.rollback().await?;
        let is_there = |item: &Item| known.find(item, self.purpose).is_some();
        let there: HashSet<Uuid> = items
            .applications
            .iter()
            .filter(|i| is_there(i))
            .map(|i| i.id)
            .collect();
        bundle.remove_applications_but_others(&there, &items);
        let stored = self.copy_files(&mut bundle).await?;
        let written = self.write(bundle, &stages, &items, &mut known, &stored).await;
        // After another error the rows may have been committed; the daily clean-up decides about their contents.
        let unused: Vec<FileId> = match &written {
            Ok(used) => stored
                .values()
                .filter(|id| !used.files.contains(id))
                .map(|id| FileId(*id))
                .collect(),
            Err(Error::Api(_)) => stored.values().map(|id| FileId(*id)).collect(),
            Err(_) => Vec::new(),
        };
        for file in unused {
            files::discard(self.services, self.target.tenant(), file).await;
        }
        Ok(written?.applications)
    }

    /// Finds earlier copies of the items in the target.
    async fn look_up(
        &self,
        tx: &mut TenantTx,
        items: &Items,
        known: &mut EarlierTransfers,
    ) -> Result<(), Error> {
        let ids: Vec<Uuid> = items.all().map(|item| item.id).collect();
        let copies = queries::list_transferred(tx, self.source.tenant(), Some(&ids)).await?;
        known.copies = copies.into_iter().map(|row| (row.source_id, row)).collect();
        let originals: Vec<Uuid> = ids
            .iter()
            .filter_map(|id| known.origins.get(id))
            .map(|row| row.source_id)
            .collect();
        known.live = queries::list_live(tx, &originals).await?.into_iter().collect();
        Ok(())
    }

    /// Copies the contents of files, one after the other, before the rows exist. A file without a content is left out.
    async fn copy_files(&self, bundle: &mut Bundle) -> Result<Ids, Error> {
        let mut stored = Ids::new();
        for row in &bundle.files {
            let Some(old) = id(row, "id") else { continue };
            let new: FileId = self.services.id();
            let store = &self.services.file_store;
            let (from, to) = (self.source.tenant(), self.target.tenant());
            if store.copy(from, FileId(old), to, new).await? {
                stored.insert(old, new.0);
            } else {
                tracing::error!(file.id = %old, "file has no content");
            }
        }
        bundle
            .files
            .retain(|row| id(row, "id").is_some_and(|id| stored.contains_key(&id)));
        Ok(stored)
    }

    async fn write(
        &self,
        mut bundle: Bundle,
        stages: &[super::stages::StageRow],
        items: &Items,
        known: &mut EarlierTransfers,
        stored: &Ids,
    ) -> Result<BatchResult, Error> {
        let services = self.services;
        let mut tx = self.begin_target().await?;
        tx.lock_objects(CountedObject::Applications).await?;
        // Again, under the lock: another request may have copied them in the meantime.
        self.look_up(&mut tx, items, known).await?;
        let find = |item: &Item| known.find(item, self.purpose);
        let there: HashSet<Uuid> = items
            .applications
            .iter()
            .filter(|i| find(i).is_some())
            .map(|i| i.id)
            .collect();
        bundle.remove_applications_but_others(&there, items);
        let contacts: Ids = items
            .contacts
            .iter()
            .filter_map(|i| Some((i.id, find(i)?)))
            .collect();
        let tasks: HashSet<Uuid> = items
            .tasks
            .iter()
            .filter(|i| find(i).is_some())
            .map(|i| i.id)
            .collect();
        bundle
            .tasks
            .retain(|row| id(row, "id").is_none_or(|id| !tasks.contains(&id)));
        let count = i64::try_from(bundle.applications.len()).unwrap_or(i64::MAX);
        let file_bytes = bundle
            .files
            .iter()
            .filter_map(|row| row.get("bytes")?.as_i64())
            .sum();
        if count > 0 && self.purpose.has_limits() {
            limits::lock_for_applications(services, &mut tx, count).await?;
        }
        if file_bytes > 0 {
            tx.lock_objects(CountedObject::Files).await?;
            if self.purpose.has_limits() {
                quotas::check(services, &mut tx, Quota::FileBytes, file_bytes).await?;
            }
        }
        let target_stages = queries::list_stages(&mut tx, false).await?;
        let stages = match_stages(stages, &target_stages);
        let new = bundle.remap(&stages, stored, &contacts, || services.id());
        let files = bundle.files.iter().filter_map(|row| id(row, "id")).collect();
        queries::insert(&mut tx, &bundle).await?;
        quotas::add_usage(&mut tx, Quota::Applications, count).await?;
        quotas::add_usage(&mut tx, Quota::FileBytes, file_bytes).await?;
        let rows = self
            .transferred(&mut tx, items, &new.applications, &new.contacts, &new.tasks)
            .await?;
        queries::insert_transferred(&mut tx, self.source.tenant(), &rows, services.clock.now()).await?;
        tx.commit().await?;
        Ok(BatchResult {
            applications: rows.iter().filter(|row| row.application_id.is_some()).count(),
            files,
        })
    }

    /// The records about the rows that were inserted.
    async fn transferred(
        &self,
        tx: &mut TenantTx,
        items: &Items,
        applications: &Ids,
        contacts: &Ids,
        tasks: &Ids,
    ) -> Result<Vec<NewTransferRow>, Error> {
        let new: Vec<Uuid> = items
            .applications
            .iter()
            .filter_map(|i| applications.get(&i.id).copied())
            .collect();
        let digests = queries::digests(tx, &new).await?;
        let row = |item: &Item| NewTransferRow {
            id: self.services.id(),
            source_id: item.id,
            source_digest: item.digest.clone(),
            digest: item.digest.clone(),
            ..NewTransferRow::default()
        };
        let mut rows = Vec::new();
        for item in &items.applications {
            let Some(new) = applications.get(&item.id) else {
                continue;
            };
            let digest = digests.iter().find(|d| d.id == *new).map(|d| d.digest.clone());
            rows.push(NewTransferRow {
                application_id: Some(*new),
                digest: digest.unwrap_or_default(),
                ..row(item)
            });
        }
        rows.extend(items.contacts.iter().filter_map(|item| {
            let contact_id = Some(*contacts.get(&item.id)?);
            Some(NewTransferRow {
                contact_id,
                ..row(item)
            })
        }));
        rows.extend(items.tasks.iter().filter_map(|item| {
            let task_id = Some(*tasks.get(&item.id)?);
            Some(NewTransferRow { task_id, ..row(item) })
        }));
        Ok(rows)
    }
}

/// The result of a batch.
struct BatchResult {
    applications: usize,
    files: HashSet<Uuid>,
}

/// The rows of a batch that are recorded when they are copied.
struct Items {
    applications: Vec<Item>,
    contacts: Vec<Item>,
    /// Tasks without an application.
    tasks: Vec<Item>,
}

impl Items {
    fn all(&self) -> impl Iterator<Item = &Item> {
        self.applications.iter().chain(&self.contacts).chain(&self.tasks)
    }
}

fn items(bundle: &Bundle, digests: Vec<Item>) -> Items {
    let item = |row: &Row| {
        let digest = row.get("updated_at").and_then(Value::as_str).unwrap_or_default();
        Some(Item {
            id: id(row, "id")?,
            digest: digest.to_owned(),
        })
    };
    let read: HashSet<Uuid> = bundle
        .applications
        .iter()
        .filter_map(|row| id(row, "id"))
        .collect();
    Items {
        // An application that was deleted or merged into another in the meantime was not read.
        applications: digests
            .into_iter()
            .filter(|item| read.contains(&item.id))
            .collect(),
        contacts: bundle.contacts.iter().filter_map(item).collect(),
        tasks: bundle
            .tasks
            .iter()
            .filter(|row| id(row, "application_id").is_none())
            .filter_map(item)
            .collect(),
    }
}

impl Bundle {
    /// As [`Bundle::remove_applications`], for a bundle of applications; a bundle of contacts and tasks is left unchanged.
    fn remove_applications_but_others(&mut self, removed: &HashSet<Uuid>, items: &Items) {
        if !items.applications.is_empty() {
            self.remove_applications(removed);
        }
    }
}
