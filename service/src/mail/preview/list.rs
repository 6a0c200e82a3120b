//! Lists the findings of a preview.

use crate::{
    Error, Services,
    context::{Caller, permit},
    mail::queries::{findings, imports},
    platform::cursor,
};
use domain::{
    inbox::{Finding, ListFindingsInput},
    pagination::Page,
    tenants::Action,
};

/// Returns a page of the findings of an import with `dry_run`, newest message first. The list is empty while the import is running,
/// after it was applied or cancelled, and after one hour.
///
/// # Errors
/// `not_found` if the caller has no such import; `invalid` for an invalid limit or cursor.
pub async fn get_import_findings(
    services: &Services,
    caller: &Caller,
    input: ListFindingsInput,
) -> Result<Page<Finding>, Error> {
    let limit = input.page_size()?;
    let scope = serde_json::to_vec(&(
        "findings",
        caller.tenant.id,
        caller.user.id,
        input.import_id,
        input.action,
    ))
    .map_err(|e| Error::Internal(e.to_string()))?;
    let after = cursor::decode_optional(&services.keys, &scope, input.cursor.as_deref())?;
    let mut tx = services.db.begin(permit(caller, Action::ImportMail)?).await?;
    if imports::find_import(&mut tx, input.import_id).await?.is_none() {
        return Err(Error::not_found());
    }
    // One more than requested, to find out whether there is a next page.
    let mut rows = findings::list(
        &mut tx,
        input.import_id,
        input.action,
        after,
        i64::from(limit) + 1,
    )
    .await?;
    tx.commit().await?;
    let pagination = cursor::paginate(&services.keys, &scope, &mut rows, limit, |(position, _)| {
        *position
    });
    Ok(Page {
        data: rows.into_iter().map(|(_, finding)| finding).collect(),
        pagination,
    })
}
