//! Export of applications as CSV. It is streamed: only one page of rows is in memory, and no database connection is held while
//! the client reads slowly.

mod queries;
mod rows;

use super::list;
use crate::{
    Error, Services,
    context::{Caller, Grant, permit},
    users::{Export, ExportSink, WriteError, start_export},
};
use domain::{
    jobapps::{ApplicationFilter, ExportApplicationsInput, ListApplicationsInput, ListOrder},
    pagination::MAX_LIMIT,
    tenants::Action,
};
use rows::{head, push_application};

/// Spreadsheets recognize a file as UTF-8 if it begins with this mark.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Starts an export of the applications that pass the filters.
///
/// # Errors
/// `invalid` for invalid filters; `rate_limited` while other exports of the user are running; `unavailable` while too many exports
/// are running.
pub fn export_csv(
    services: &Services,
    caller: &Caller,
    input: ExportApplicationsInput,
) -> Result<Export, Error> {
    let has_history = input.history == Some(true);
    let (filter, order, _) = list::normalized(ListApplicationsInput::from(input)).parse()?;
    let grant = permit(caller, Action::ReadApplications)?;
    let date = services.clock.now().format("%Y-%m-%d");
    let writer = CsvWriter {
        services: services.clone(),
        grant,
        filter,
        order,
        has_history,
    };
    start_export(
        services,
        caller.user.id,
        format!("jobhax-applications-{date}.csv"),
        "text/csv",
        |sink| async move { writer.write(&sink).await },
    )
}

struct CsvWriter {
    services: Services,
    grant: Grant,
    filter: ApplicationFilter,
    order: ListOrder,
    has_history: bool,
}

impl CsvWriter {
    async fn write(&self, sink: &ExportSink) -> Result<(), WriteError> {
        let mut text = String::from(BYTE_ORDER_MARK);
        head(&mut text, self.has_history);
        let now = self.services.clock.now();
        let mut after = None;
        loop {
            let mut tx = self.services.db.begin(self.grant).await?;
            let filter = list::query_filter(&mut tx, &self.filter, now).await?;
            let (page, next) = super::queries::list(&mut tx, &filter, self.order, after, MAX_LIMIT).await?;
            let mut history = if self.has_history {
                let ids: Vec<_> = page.iter().map(|application| application.id).collect();
                Some(queries::list_histories(&mut tx, &ids).await?)
            } else {
                None
            };
            tx.commit().await?;
            for application in page {
                let events = history
                    .as_mut()
                    .map(|history| history.remove(&application.id).unwrap_or_default());
                push_application(&mut text, &application, events.as_deref());
            }
            sink.send(std::mem::take(&mut text)).await?;
            if next.is_none() {
                return Ok(());
            }
            after = next;
        }
    }
}
