//! Webhooks: changes are sent to the endpoints of their user as HTTP requests.
//!
//! An endpoint reads the changes feed from a position of its own, so an event is sent if and only if its change was committed. One
//! background job for each endpoint turns changes into deliveries, sends them, and records each attempt: at least once, and those of
//! one application in order while the receiver accepts them. Signatures are those of Standard Webhooks 1.0.

mod collect;
mod deliveries;
mod endpoints;
mod job;
mod queries;
mod record;
mod secret;
mod sender;

pub use deliveries::{list_deliveries, recover, redeliver, send_test};
pub use endpoints::{add_endpoint, delete_endpoint, list_endpoints, rotate_secret, update_endpoint};
pub(crate) use job::DeliverWebhooks;
pub use sender::WebhookSender;
