//! Pages, components and server functions. Compiles twice: with `ssr` for the server, with `hydrate` for the browser.
//!
//! Modules import only modules before them in this list:
//!
//! | module | contents |
//! | --- | --- |
//! | `status`, `error` | HTTP status of a response, the error of server functions |
//! | `ui` | components that know nothing of a feature |
//! | `server` | request context, session, cookies, flash messages, responses |
//! | `theme` | light and dark |
//! | `layout` | the frame around pages |
//! | `auth` | registration, signing in, password reset |
//! | `jobapps` | the board |
//! | `settings`, `mail`, `metrics`, `landing` | the other features; they do not import each other |
//! | `root` | the document and its routes |
//!
//! Each feature folder has its pages, and its server functions in `api/`, one per file.

#![recursion_limit = "256"]

mod auth;
mod error;
mod jobapps;
mod landing;
mod layout;
mod mail;
mod metrics;
mod root;
pub mod server;
mod settings;
mod status;
mod theme;
mod ui;

pub use root::App;
#[cfg(feature = "ssr")]
pub use root::{register_server_functions, shell};
