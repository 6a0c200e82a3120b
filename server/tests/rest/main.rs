//! The REST API through its router, on a real database.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod authorization;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod client;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod cursors;
#[cfg(test)]
mod deleted;
#[cfg(test)]
mod document;
#[cfg(test)]
mod edit;
#[cfg(test)]
mod foreign;
#[cfg(test)]
mod idempotency;
#[cfg(test)]
mod inside;
#[cfg(test)]
mod jobapps;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod notes;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod providers;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod scene;
#[cfg(test)]
#[path = "../table/mod.rs"]
mod table;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod users;
