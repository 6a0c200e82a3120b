//! HTTP/1.1 accept loop with limits that hyper does not have: timeouts for slow clients in both directions, limits for connections and body
//! sizes, detection of ambiguous request framing, and a graceful shutdown with a deadline.

mod accept;
mod body;
mod config;
mod connection;
mod connection_state;
mod connections;
mod framing;
mod progress_timeout;
mod smuggling;
mod waiting;

pub use accept::{PeerAddr, Shutdown, serve};
pub use body::{BodyFailure, RequestBody};
pub use config::{Config, Overloaded, Timeouts};
pub use framing::Framing;
pub use smuggling::{InvalidRequest, check_request};
