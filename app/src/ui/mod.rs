//! The kit: thin components on native elements, without a word of the trade.

mod ago;
mod button;
mod chart;
mod dialog;
mod field;
mod icon;
mod problem;
mod reveal;
mod title;
mod toast;

pub mod js;

pub use ago::ago;
pub use button::{Submit, SubmitKind};
pub use chart::Chart;
pub use dialog::Dialog;
pub use field::Field;
pub use icon::{Icon, Lucide, Size};
pub use problem::{Problem, Refused, Taken};
pub use title::{PageTitle, SiteTitle};
pub use toast::{ToastStack, Toasts};
