//! Faults: the real program, a real Postgres of its own, signals, slow clients. Each with a control that shows that the
//! check would see the fault. The ids are those of the security page.

mod app_dies;
mod client;
mod draining;
mod import_dies;
mod load;
mod migrating;
mod postgres_dies;
mod program;
mod slow_clients;
mod starting;
mod system;
