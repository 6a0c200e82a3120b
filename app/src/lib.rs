//! Pages, islands and server functions. Compiled with `ssr` for the server, which renders every page, and once per area for the
//! browser, which hydrates only the islands of a page.
//!
//! Modules import only modules before them in this list:
//!
//! | module | contents |
//! | --- | --- |
//! | `status`, `error` | HTTP status of a response, the error of server functions |
//! | `assets` | the files that a page loads |
//! | `ui` | components that do not depend on any feature |
//! | `server` | request context, session, cookies, flash messages, responses |
//! | `theme` | light and dark |
//! | `layout` | the frame around pages |
//! | `auth` | registration, signing in, password reset |
//! | `views` | saved views |
//! | `jobapps` | job applications: board, table, application page, CSV import |
//! | `organizations` | creating an organization, accepting an invitation, groups |
//! | `today`, `settings`, `inbox`, `mail`, `metrics`, `landing` | the other features; they do not import each other |
//! | `coaching` | clients of a coach, with pages of `jobapps` and `metrics` |
//! | `root` | the document and its routes |
//!
//! Each feature folder has its pages, and its server functions in `api/`, one per file.

#![recursion_limit = "256"]
// Only this workspace uses the crate, and most properties of components explain themselves.
#![allow(missing_docs)]
// A browser module contains one area and uses only a part of the shared components.
#![cfg_attr(not(feature = "ssr"), allow(dead_code, unused_imports))]

#[cfg(feature = "ssr")]
pub mod assets;
mod auth;
#[cfg(feature = "ssr")]
mod coaching;
mod error;
#[cfg(feature = "ssr")]
mod inbox;
#[cfg(any(feature = "ssr", feature = "board"))]
mod jobapps;
#[cfg(feature = "ssr")]
mod landing;
#[cfg(feature = "ssr")]
mod layout;
#[cfg(any(feature = "ssr", feature = "import"))]
mod mail;
#[cfg(feature = "ssr")]
mod metrics;
#[cfg(feature = "ssr")]
mod organizations;
#[cfg(feature = "ssr")]
mod root;
pub mod server;
#[cfg(feature = "ssr")]
mod settings;
mod status;
#[cfg(feature = "ssr")]
mod theme;
#[cfg(feature = "ssr")]
mod today;
mod ui;
#[cfg(feature = "ssr")]
mod views;

#[cfg(feature = "ssr")]
pub use root::{App, register_server_functions, shell};
#[cfg(feature = "ssr")]
pub use settings::invitation_report;
