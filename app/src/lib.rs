//! Pages, components and server functions. Compiles twice: with `ssr` on the server, with `hydrate` in the browser.
//!
//! One folder per word of the trade, each with its pages and its server functions in `api/`; the kit without such words
//! is `ui`. What is needed of a request stands in `ssr`, and nowhere else.

#![recursion_limit = "256"]

mod error;
mod flash;
mod identities;
mod jobapps;
mod landing;
mod lost;
mod mail;
mod metrics;
mod root;
#[cfg(feature = "ssr")]
pub mod ssr;
mod status;
mod theme;
mod ui;
mod users;
mod workspace;

pub use root::App;
#[cfg(feature = "ssr")]
pub use root::{register_server_functions, shell};
