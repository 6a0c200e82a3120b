//! The use cases.

use super::{
    Purpose,
    batch::Transfer,
    earlier_transfers::{EarlierTransfers, Item},
    queries::{self, Amounts},
    room,
};
use crate::{
    Error, Services,
    context::{Caller, permit},
    jobapps, tenants,
};
use domain::{
    ApiError, ErrorCode, FieldCode,
    jobapps::{JobApplication, ListApplicationsInput, MAX_BULK_APPLICATIONS},
    tenants::{Action, Tenant, TenantKind},
    transfers::{CopiedApplications, CopyApplicationsInput, Selection},
};
use uuid::Uuid;

/// Applications in one batch. Even with the maximum of objects per application, a batch stays far below the memory of a server.
const BATCH_SIZE: usize = 20;
/// Contacts and tasks in one batch.
const OTHERS_BATCH_SIZE: i64 = 200;

/// Copies applications of the caller from this workspace to another workspace of theirs.
///
/// # Errors
/// `invalid` for the same workspace; `not_found` if the caller is not a member of the other one, or does not have one of the
/// applications; `forbidden` if their role there does not allow applications; `quota_exceeded` or `conflict` if there is no room for
/// all of them; nothing is copied then.
pub async fn copy_applications(
    services: &Services,
    caller: &Caller,
    input: CopyApplicationsInput,
) -> Result<CopiedApplications, Error> {
    let (target, selection) = input.parse()?;
    if target == caller.tenant.id {
        let detail = "Choose another workspace than the one that the applications are in.";
        return Err(ApiError::field("target_tenant_id", FieldCode::NotAllowed, detail).into());
    }
    let target = find_tenant(services, caller, |tenant| tenant.id == target).await?;
    copy(services, caller, &target, &selection, Purpose::Copy).await
}

/// Copies applications from the caller's personal workspace to the workspace of the caller.
///
/// # Errors
/// As [`copy_applications`].
pub async fn copy_from_personal(
    services: &Services,
    caller: &Caller,
    selection: Selection,
) -> Result<CopiedApplications, Error> {
    let personal = find_tenant(services, caller, is_personal).await?;
    if personal.tenant.id == caller.tenant.id {
        return Err(Error::not_found());
    }
    copy(services, &personal, caller, &selection, Purpose::Copy).await
}

/// How many applications the caller could copy from their personal workspace to the current one, without those that were copied before:
/// all, and the open ones. `None` in the personal workspace, and where the caller's role allows no applications.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn count_personal(services: &Services, caller: &Caller) -> Result<Option<(i64, i64)>, Error> {
    let Some(personal) = find_personal(services, caller).await? else {
        return Ok(None);
    };
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?)
        .await?;
    let transferred = queries::list_transferred(&mut tx, personal.tenant.id, None).await?;
    tx.commit().await?;
    let sources: Vec<Uuid> = transferred.into_iter().map(|row| row.source_id).collect();
    let grant = permit(&personal, Action::ReadApplications)?;
    let mut tx = services.db.begin(grant).await?;
    let counts = queries::count_applications(&mut tx, &sources).await?;
    tx.commit().await?;
    Ok(Some(counts))
}

/// The applications in the caller's personal workspace, from which they can choose some to copy to the current workspace: at most the
/// number that is copied at once, the latest first. Empty where [`count_personal`] is `None`.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn list_personal(services: &Services, caller: &Caller) -> Result<Vec<JobApplication>, Error> {
    let Some(personal) = find_personal(services, caller).await? else {
        return Ok(Vec::new());
    };
    let input = ListApplicationsInput {
        limit: u32::try_from(MAX_BULK_APPLICATIONS).ok(),
        ..ListApplicationsInput::default()
    };
    Ok(jobapps::list(services, &personal, input).await?.data)
}

/// The caller in their personal workspace, if they can copy applications from there to the current one.
async fn find_personal(services: &Services, caller: &Caller) -> Result<Option<Caller>, Error> {
    let may_write = domain::tenants::may(caller.tenant.role, Action::WriteApplications);
    if caller.tenant.kind == TenantKind::Personal || !may_write {
        return Ok(None);
    }
    let tenants = tenants::list_tenants(services, caller.user.id).await?;
    let personal = tenants.into_iter().find(is_personal);
    Ok(personal.map(|tenant| in_tenant(caller, tenant)))
}

/// Copies everything from the caller's workspace, which they leave, to their personal one. Repeating it copies what was added or
/// changed since.
///
/// # Errors
/// `conflict` without a personal workspace; the errors of [`copy_applications`].
pub(crate) async fn move_to_personal(
    services: &Services,
    caller: &Caller,
) -> Result<CopiedApplications, Error> {
    move_all(services, caller, Purpose::Move).await
}

/// As [`move_to_personal`], for a member whom another person removes. The limits of the personal workspace do not apply, because
/// the member has not asked for it.
///
/// # Errors
/// `conflict` without a personal workspace.
pub(crate) async fn move_removed_to_personal(
    services: &Services,
    member: &Caller,
) -> Result<CopiedApplications, Error> {
    move_all(services, member, Purpose::Removal).await
}

async fn move_all(
    services: &Services,
    caller: &Caller,
    purpose: Purpose,
) -> Result<CopiedApplications, Error> {
    if purpose == Purpose::Removal && has_nothing(services, caller).await? {
        return Ok(CopiedApplications::default());
    }
    let personal = find_tenant(services, caller, is_personal)
        .await
        .map_err(|error| match error {
            Error::Api(error) if error.code == ErrorCode::NotFound => Error::api(
                ErrorCode::Conflict,
                "There is no personal workspace to move the applications to.",
            ),
            error => error,
        })?;
    copy(services, caller, &personal, &Selection::All, purpose).await
}

/// Whether the user has nothing to copy. A member without data needs no personal workspace to be removed.
async fn has_nothing(services: &Services, caller: &Caller) -> Result<bool, Error> {
    let grant = permit(caller, Action::ReadApplications)?.to_read();
    let mut tx = services.db.begin(grant).await?;
    let amounts = queries::amounts(&mut tx, None).await?;
    tx.commit().await?;
    Ok(amounts == Amounts::default())
}

fn is_personal(tenant: &Tenant) -> bool {
    tenant.kind == TenantKind::Personal
}

fn in_tenant(caller: &Caller, tenant: Tenant) -> Caller {
    Caller {
        tenant,
        ..caller.clone()
    }
}

/// The caller in another one of their workspaces, with their role there.
async fn find_tenant(
    services: &Services,
    caller: &Caller,
    is_meant: impl Fn(&Tenant) -> bool,
) -> Result<Caller, Error> {
    let tenants = tenants::list_tenants(services, caller.user.id).await?;
    let found = tenants.into_iter().find(is_meant).ok_or_else(Error::not_found)?;
    Ok(in_tenant(caller, found))
}

async fn copy(
    services: &Services,
    source: &Caller,
    target: &Caller,
    selection: &Selection,
    purpose: Purpose,
) -> Result<CopiedApplications, Error> {
    let transfer = Transfer::new(services, source, target, purpose)?;
    let (total, missing) = plan(&transfer, selection).await?;
    let mut copied = 0;
    for ids in missing.chunks(BATCH_SIZE) {
        copied += transfer.copy_applications(ids).await?;
    }
    if purpose.is_move() {
        let mut next = Some(Uuid::nil());
        while let Some(after) = next {
            next = transfer.copy_others(after, OTHERS_BATCH_SIZE).await?;
        }
    }
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(CopiedApplications {
        copied: number(copied),
        already_there: number(total.saturating_sub(copied)),
    })
}

/// How many applications are selected, and which of them are to be copied. Checks that there is room for those.
async fn plan(transfer: &Transfer<'_>, selection: &Selection) -> Result<(usize, Vec<Uuid>), Error> {
    let (source, target, purpose) = (
        transfer.source.tenant(),
        transfer.target.tenant(),
        transfer.purpose,
    );
    let mut tx = transfer.begin_source().await?;
    let chosen: Option<Vec<Uuid>> = match selection {
        Selection::Ids(ids) => Some(ids.iter().map(|id| id.0).collect()),
        Selection::All | Selection::Open => None,
    };
    let only_open = *selection == Selection::Open;
    let ids = queries::list_applications(&mut tx, chosen.as_deref(), only_open).await?;
    if chosen.is_some_and(|chosen| chosen.len() != ids.len()) {
        return Err(Error::not_found());
    }
    let origins = queries::list_transferred(&mut tx, target, None).await?;
    tx.commit().await?;
    let mut tx = transfer.begin_target().await?;
    let copies = queries::list_transferred(&mut tx, source, None).await?;
    let originals: Vec<Uuid> = origins.iter().map(|row| row.source_id).collect();
    let known = EarlierTransfers {
        live: queries::list_live(&mut tx, &originals)
            .await?
            .into_iter()
            .collect(),
        copies: copies.into_iter().map(|row| (row.source_id, row)).collect(),
        origins: origins.into_iter().map(|row| (row.id, row)).collect(),
    };
    tx.rollback().await?;
    let mut tx = transfer.begin_source().await?;
    let uncertain: Vec<Uuid> = ids
        .iter()
        .copied()
        .filter(|id| known.needs_digest(*id, purpose))
        .collect();
    let digests = queries::digests(&mut tx, &uncertain).await?;
    let digests: std::collections::HashMap<Uuid, String> =
        digests.into_iter().map(|item| (item.id, item.digest)).collect();
    let mut missing = ids.clone();
    missing.retain(|id| {
        let digest = digests.get(id).cloned().unwrap_or_default();
        known.find(&Item { id: *id, digest }, purpose).is_none()
    });
    let adding = queries::amounts(&mut tx, Some(&missing)).await?;
    tx.commit().await?;
    if !missing.is_empty() && purpose.has_limits() {
        let mut tx = transfer.begin_target().await?;
        let checked = room::check(transfer.services, &mut tx, adding).await;
        tx.rollback().await?;
        checked?;
    }
    Ok((ids.len(), missing))
}
