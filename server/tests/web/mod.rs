//! Pages and server functions as browsers use them, and attacks by other sites.

mod bulk_invitations;
mod bulk_undo;
mod client_access;
mod coaching;
mod csrf;
mod error_in_address;
mod events;
mod invited_registration;
mod metrics;
mod open_redirects;
mod organizations;
mod rate_limits;
mod security_headers;
mod session_store;
mod sessions;
mod start_page;
mod statement_counts;
mod static_files;
mod two_workspaces;
mod unsubscribe;
mod upload;
