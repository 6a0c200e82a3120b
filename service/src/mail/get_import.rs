//! How far an import is.

use super::queries;
use crate::{
    Error, Services,
    tenants::{Caller, permit},
};
use domain::{ImportId, mail::Import, tenants::Action};

/// One import of the caller's.
///
/// # Errors
/// `not_found` when there is no such import, or it is not the caller's.
pub async fn get_import(services: &Services, caller: &Caller, id: ImportId) -> Result<Import, Error> {
    let mut tx = services.db.begin(permit(caller, Action::ImportMail)?).await?;
    let import = queries::find_import(&mut tx, id).await?;
    tx.commit().await?;
    import.ok_or_else(Error::not_found)
}
