//! SQL about mailboxes, mails and imports. Every statement names the tenant.

use crate::{Error, db::TenantTx};
use domain::{
    ImportId,
    mail::{Import, ImportError, ImportState},
};
use sqlx::{query, types::Json};

pub(super) async fn find_import(tx: &mut TenantTx, id: ImportId) -> Result<Option<Import>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select id, state, messages_seen, applications_created, applications_updated, mails_ignored,
          errors as "errors: Json<Vec<ImportError>>"
        from mail_import
        where tenant_id = $1 and owner_id = $2 and id = $3
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|r| {
        let state = ImportState::parse(&r.state).ok_or_else(|| {
            Error::Internal("the database holds an import state that this build does not know".into())
        })?;
        Ok(Import {
            id: r.id.into(),
            state,
            messages_seen: r.messages_seen,
            applications_created: r.applications_created,
            applications_updated: r.applications_updated,
            mails_ignored: r.mails_ignored,
            errors: r.errors.0,
        })
    })
    .transpose()
}
