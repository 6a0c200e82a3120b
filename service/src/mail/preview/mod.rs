//! Previews: what an import would change. [`effects`] computes it, [`list`] shows it, and [`ending`] keeps it for an hour.

mod effects;
mod ending;
mod list;

pub use list::get_import_findings;

pub(super) use effects::find_effects;
pub(super) use ending::{PREVIEW_TTL as TTL, discard, discard_expired, remaining, remaining_time, store};
