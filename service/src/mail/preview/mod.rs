//! Previews: what an import would change. [`effects`] finds it out, [`list`] shows it, and [`decide`] applies or discards it.

mod decide;
mod effects;
mod list;

pub use decide::{cancel_import, confirm_import};
pub use list::get_import_findings;

pub(super) use decide::{PREVIEW_TTL as TTL, discard, discard_expired, find_state, remaining_time, store};
pub(super) use effects::find_effects;
