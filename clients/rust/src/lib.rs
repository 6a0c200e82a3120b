#![doc = include_str!("../README.md")]

mod client;
mod feed;
#[rustfmt::skip]
#[allow(warnings, clippy::all, clippy::pedantic)]
mod generated;
mod paging;
mod requests;
mod retry;
mod webhooks;

pub use client::{Error, ErrorExt, Settings};
pub use feed::{ChangeFeed, ChangeFeedOptions};
pub use generated::{Client, ResponseValue, builder, types};
pub use retry::RetryPolicy;
pub use webhooks::{WebhookError, WebhookEvent, verify_webhook};
