//! `/w/{slug}/today`: everything that needs the user's attention. Plain forms that work without a script.

mod page;
mod rows;

pub use page::TodayPage;
