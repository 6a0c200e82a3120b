//! User accounts: profile, data export, and deletion.

pub(crate) mod deletion;
mod export;
mod profile;
mod queries;

pub use export::{Export, ExportSlots, export_archive, export_audit_events, export_data};
pub(crate) use export::{ExportSink, WriteError, start_export};
pub use profile::{get_profile, time_zones, update_profile};
