//! Tests of `service::users`, and of account deletion and demo accounts in `service::wiring`.

mod admin;
mod concurrent_deletion;
mod data_inventory;
mod delete_user;
mod demo;
mod export_data;
mod lock_order;
mod profile;
mod reencrypt;
