//! Everything about one application, from one transaction.

use super::{notes, queries};
use crate::{
    Error, Services, mail,
    tenants::{Caller, permit},
};
use domain::{
    jobapps::{JobappDetail, JobappRef},
    tenants::Action,
};

/// The application with its ledger, notes and mails.
///
/// # Errors
/// `not_found` when there is no such application, it was deleted, or it is not the caller's.
pub async fn detail(services: &Services, caller: &Caller, input: JobappRef) -> Result<JobappDetail, Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?)
        .await?;
    let id = input.jobapp_id;
    let jobapp = queries::find(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    let history = queries::history(&mut tx, id).await?;
    let notes = notes::of_application(&mut tx, id).await?;
    let mails = mail::mails_of(&mut tx, id).await?;
    tx.commit().await?;
    Ok(JobappDetail {
        jobapp,
        history,
        notes,
        mails,
    })
}
