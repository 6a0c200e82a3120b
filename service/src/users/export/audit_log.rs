//! Export of the audit log as CSV, streamed like the export of applications.

use super::{Export, ExportSink, WriteError, start_export};
use crate::{
    Error, Services, audit,
    audit::{AuditSubject, NewEvent},
    audit_log::{self, AuditEvent},
    context::{Caller, Grant, permit},
};
use chrono::SecondsFormat;
use domain::{
    audit::{AuditAction, AuditEntry, AuditFilter, ExportEventsInput, ListEventsInput, sentence},
    jobapps::csv::push_row,
    pagination::MAX_LIMIT,
    tenants::Action,
};

/// Spreadsheets recognize a file as UTF-8 if it begins with this mark.
const BYTE_ORDER_MARK: char = '\u{feff}';
const COLUMNS: [&str; 10] = [
    "Time",
    "Event",
    "Action",
    "Actor",
    "Actor id",
    "Object",
    "Object id",
    "Address hash",
    "Concerns",
    "Concerns email",
];

/// Starts an export of the events that pass the filters. The export is an event itself.
///
/// # Errors
/// `forbidden` for other roles than owner and admin; `invalid` for an invalid filter; `rate_limited` while other exports of the
/// user are running; `unavailable` while too many exports are running.
pub async fn export_audit_events(
    services: &Services,
    caller: &Caller,
    input: ExportEventsInput,
) -> Result<Export, Error> {
    let filter = ListEventsInput::from(input).filter()?;
    let grant = permit(caller, Action::ReadAudit)?;
    let mut tx = services.db.begin(grant.to_write()).await?;
    let event = NewEvent::by(caller, AuditAction::AuditLogExported);
    audit::append(services, tx.conn(), &event).await?;
    tx.commit().await?;
    audit_log::record(AuditEvent::AuditLogExported, Some(caller.user.id), caller.ip);
    let date = services.clock.now().format("%Y-%m-%d");
    let owned = services.clone();
    start_export(
        services,
        caller.user.id,
        format!("jobhax-audit-log-{date}.csv"),
        "text/csv",
        |sink| async move { write(&owned, grant, &filter, &sink).await },
    )
}

async fn write(
    services: &Services,
    grant: Grant,
    filter: &AuditFilter,
    sink: &ExportSink,
) -> Result<(), WriteError> {
    let mut text = String::from(BYTE_ORDER_MARK);
    push_row(&mut text, &COLUMNS.map(str::to_owned));
    let mut after = None;
    loop {
        let (page, next) = audit::read_page(services, grant, filter, after, MAX_LIMIT).await?;
        let subjects = audit::read_subjects(services, grant, &page).await?;
        for entry in page {
            push_entry(&mut text, &entry, subjects.find(&entry));
        }
        sink.send(std::mem::take(&mut text)).await?;
        if next.is_none() {
            return Ok(());
        }
        after = next;
    }
}

fn push_entry(document: &mut String, entry: &AuditEntry, subject: Option<AuditSubject>) {
    let (concerns, email) = subject.map(|s| (s.name, s.email)).unzip();
    let object = entry.object.as_ref();
    push_row(
        document,
        &[
            entry.at.to_rfc3339_opts(SecondsFormat::Secs, true),
            sentence(entry),
            entry.action.as_str().to_owned(),
            entry.actor.name.clone().unwrap_or_default(),
            entry.actor.id.map(|id| id.to_string()).unwrap_or_default(),
            object.map(|o| o.kind.as_str().to_owned()).unwrap_or_default(),
            object.map(|o| o.id.to_string()).unwrap_or_default(),
            entry.address_hash.clone().unwrap_or_default(),
            concerns.unwrap_or_default(),
            email.flatten().unwrap_or_default(),
        ],
    );
}
