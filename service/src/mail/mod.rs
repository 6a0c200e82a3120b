//! Mail that speaks of applications: reading it, matching it, importing files of it.

mod get_import;
pub(crate) mod queries;
pub mod read;

pub use get_import::get_import;

/// The company as mails are matched to it; what `job_application.match_key` holds.
pub fn company_key(company: &str) -> String {
    read::keys::company(company)
}
