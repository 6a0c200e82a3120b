//! `/w/{slug}/today`: what needs the user. Plain forms that work without a script.

mod page;
mod rows;

pub use page::TodayPage;
