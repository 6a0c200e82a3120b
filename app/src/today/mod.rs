//! `/w/{slug}/today`: everything that needs the user's attention. Its forms are plain forms and work without JavaScript.

mod page;
mod rows;

pub use page::TodayPage;
