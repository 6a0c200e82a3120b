//! Access to the request and the response for pages and server functions. The only module that uses axum, cookies and sessions.
//! Everything except `flash` exists on the server only.

#[cfg(feature = "ssr")]
pub mod context;
#[cfg(feature = "ssr")]
pub mod cookies;
pub mod flash;
#[cfg(feature = "ssr")]
pub(crate) mod next_page;
#[cfg(feature = "ssr")]
pub mod respond;
#[cfg(feature = "ssr")]
pub mod session;
