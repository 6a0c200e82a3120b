//! Removal of contents without a row.

use super::queries;
use crate::{Error, Services, platform::file_store::StoredObject};
use chrono::TimeDelta;
use domain::{FileId, TenantId};
use futures_util::TryStreamExt as _;
use std::collections::{BTreeMap, HashSet};

/// Younger contents may belong to an upload whose row is not committed yet.
const ORPHAN_MIN_AGE: TimeDelta = TimeDelta::hours(1);
/// Number of contents that are looked up together.
const BATCH_SIZE: usize = 1_000;

/// Deletes contents that no row belongs to. Can run at any time, on several servers at once.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached, `unavailable` when the store cannot.
pub async fn delete_orphans(services: &Services) -> Result<(), Error> {
    let before = services.clock.now() - ORPHAN_MIN_AGE;
    let mut objects = services.file_store.list();
    let mut batch = Vec::new();
    while let Some(object) = objects.try_next().await? {
        if object.modified_at < before {
            batch.push(object);
        }
        if batch.len() >= BATCH_SIZE {
            delete_without_row(services, std::mem::take(&mut batch)).await?;
        }
    }
    delete_without_row(services, batch).await
}

async fn delete_without_row(services: &Services, objects: Vec<StoredObject>) -> Result<(), Error> {
    let mut by_tenant: BTreeMap<TenantId, Vec<FileId>> = BTreeMap::new();
    for object in objects {
        by_tenant.entry(object.tenant).or_default().push(object.file);
    }
    for (tenant, ids) in by_tenant {
        let existing: HashSet<FileId> = {
            let mut conn = services.db.global_conn().await?;
            let existing = queries::existing(&mut conn, tenant, &ids).await?;
            existing.into_iter().collect()
        };
        for id in ids.into_iter().filter(|id| !existing.contains(id)) {
            services.file_store.delete(tenant, id).await?;
        }
    }
    Ok(())
}
