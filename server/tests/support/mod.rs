//! The test harness.
//!
//! In-process tests run requests through the router of a [`TestServer`] on a separate database: REST calls with a [`TestClient`], pages
//! with a [`Browser`]. Tests in `resilience` start real processes: a [`ServerProcess`] and, where the embedded Postgres is not sufficient,
//! a [`PostgresCluster`].

mod audit_events;
mod authorization_table;
mod browser;
mod client;
mod coached_member;
mod database_proxy;
mod dovecot;
pub mod fixtures;
pub mod load;
mod log_capture;
mod mcp_client;
mod microsoft;
mod mock_provider;
mod oidc_provider;
pub mod openapi;
pub mod operations;
mod postgres_cluster;
mod processes;
pub mod raw_http;
mod response;
mod s3_server;
mod server_process;
mod supervised_server;
mod test_server;
mod webhook_receiver;

pub use audit_events::AuditEvents;
pub use authorization_table::AuthorizationTable;
pub use browser::{Browser, query_parameter};
pub use client::{TestClient, redact};
pub use coached_member::CoachedMember;
pub use database_proxy::DatabaseProxy;
pub use dovecot::{Dovecot, IMAP_PASSWORD, IMAP_USER};
pub use log_capture::LogCapture;
pub use mcp_client::{McpTransport, run_mcp_client};
pub use microsoft::Microsoft;
pub use mock_provider::{CLIENT_ID, CLIENT_SECRET, MockProvider, TokenSigner};
pub use oidc_provider::OidcProvider;
pub use postgres_cluster::PostgresCluster;
pub use processes::{TempDir, kill_all_in, processes_in, send_signal, wait_until};
pub use response::TestResponse;
pub use s3_server::S3Server;
pub use server_process::{ServerProcess, logged_address, server_command};
pub use supervised_server::SupervisedServer;
pub use test_server::{FORM, HOST, ORIGIN, TestServer, credentials_form, workspace_slug};
pub use webhook_receiver::{Answer, Webhook, WebhookReceiver};
