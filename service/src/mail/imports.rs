//! Progress and results of imports.

use super::queries::imports;
use crate::{
    Error, Services,
    context::{Caller, permit},
};
use domain::{ImportId, mail::Import, tenants::Action};

/// Returns an import of the caller.
///
/// # Errors
/// `not_found` if the caller has no such import.
pub async fn get_import(services: &Services, caller: &Caller, id: ImportId) -> Result<Import, Error> {
    let mut tx = services.db.begin(permit(caller, Action::ImportMail)?).await?;
    let import = imports::find_import(&mut tx, id).await?;
    tx.commit().await?;
    import.ok_or_else(Error::not_found)
}
