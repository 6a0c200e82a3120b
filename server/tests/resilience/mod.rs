//! Crashes, concurrent servers, slow clients and operation, with real processes. Each fault has a control that shows that the test would
//! detect a failure.

mod admin;
mod backup_restore;
mod concurrent_migrations;
mod connection_flood;
mod cross_node_revocation;
mod doctor;
mod drain;
mod endless_upload;
mod failed_begin;
mod frozen_postgres;
mod idempotent_retry;
mod key_rotation;
mod logs;
mod metrics;
mod postgres_crash;
mod purge;
mod rate_limits;
mod request_smuggling;
mod server_crash;
mod slow_clients;
mod startup_errors;
mod stuck_pool;
mod worker_crash;
