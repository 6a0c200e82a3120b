//! Components based on native elements, independent of any feature.

mod button;
#[cfg(feature = "ssr")]
mod chart;
#[cfg(feature = "ssr")]
mod choice_filter;
mod company_avatar;
mod dialog;
mod error_state;
pub mod fetch;
mod field;
mod form;
mod icon;
mod logo;
#[cfg(feature = "ssr")]
mod pages;
mod password_toggle;
mod relative_time;
mod stage_icon;
mod toast;

pub mod js;

/// The HTML of an element that reloads the page every two seconds.
#[cfg(any(feature = "ssr", feature = "import"))]
pub const RELOAD_TAG: &str = r#"<meta http-equiv="refresh" content="2">"#;

pub use button::{ButtonKind, RowButton, SubmitButton};
#[cfg(feature = "ssr")]
pub use chart::Chart;
#[cfg(feature = "ssr")]
pub use choice_filter::ChoiceFilter;
pub use company_avatar::{AvatarSize, CompanyAvatar, initials};
pub use dialog::Dialog;
#[cfg(any(feature = "ssr", feature = "import"))]
pub use domain::numbers::{count, group_thousands};
pub use error_state::{ErrorState, NotFoundContent};
pub use field::{Field, MAX_DATE};
pub use form::{
    Form, FormAction, FormError, FormSuccess, field_error, provide_latest_result, provide_shown_fields,
};
pub use icon::{Icon, IconSize, Lucide};
pub use logo::{Logo, Wordmark};
#[cfg(feature = "ssr")]
pub use pages::{Pages, query_string};
pub use relative_time::relative_time;
pub use stage_icon::{OutcomeIcon, StageIcon};
pub use toast::{ToastStack, Toasts};
