//! Webhooks: changes are sent to the endpoints of their user as HTTP requests.
//!
//! Each endpoint has its own position in the changes feed, so an event is sent if and only if its change was committed. One
//! background job for each endpoint turns changes into deliveries, sends them, and records each attempt. Deliveries are sent at least
//! once; deliveries of one application are sent in order while the receiver accepts them. Signatures follow Standard Webhooks 1.0.

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
