//! Values that filters of applications offer.

mod queries;

use super::queries as applications;
use crate::{
    Error, Services,
    context::{Caller, permit},
};
use domain::{jobapps::Stage, tenants::Action};

/// The values that a filter offers.
#[derive(Clone, Debug, Default)]
pub struct FilterChoices {
    /// The stages of the workspace, in order.
    pub stages: Vec<Stage>,
    /// The sources of the caller's applications, the most frequent first.
    pub sources: Vec<String>,
    /// The tags of the caller's applications, the most frequent first.
    pub tags: Vec<String>,
}

/// The values that the caller's applications have.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn list_filter_choices(services: &Services, caller: &Caller) -> Result<FilterChoices, Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?)
        .await?;
    let stages = applications::list_stages(&mut tx).await?;
    let values = queries::list_values(&mut tx).await?;
    tx.commit().await?;
    let (tags, sources): (Vec<_>, Vec<_>) = values.into_iter().partition(|value| value.is_tag);
    Ok(FilterChoices {
        stages,
        sources: sources.into_iter().map(|source| source.text).collect(),
        tags: tags.into_iter().map(|tag| tag.text).collect(),
    })
}
