//! SQL of webhooks.

pub mod attempts;
pub mod deliveries;
pub mod endpoints;
