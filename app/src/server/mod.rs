//! What pages and server functions need of the request that they answer and of the response that they make. The only
//! module that names axum, cookies and sessions; everything except `flash` exists on the server only.

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
