//! What browsers may and may not do, through the whole router under an https address, on a real database.

mod browser;
mod forgery;
mod headers;
mod sessions;
