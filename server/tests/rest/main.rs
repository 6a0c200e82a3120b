//! The REST API through its router, on a real database.

#[cfg(test)]
mod client;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod document;
#[cfg(test)]
mod idempotency;
#[cfg(test)]
mod jobapps;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod users;
