//! Coaching: the clients of a coach with their applications and metrics, and what members share.

pub mod api;
mod banner;
mod client_filters;
mod clients;
mod pages;
mod request_form;
mod request_report;
mod requests;
mod tasks;
mod unsubscribe_page;

pub use clients::ClientsPage;
pub use pages::{ClientApplicationPage, ClientApplicationsPage, ClientBoardPage, ClientMetricsPage};
pub use tasks::ClientTasksPage;
pub use unsubscribe_page::UnsubscribePage;
