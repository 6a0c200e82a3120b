//! Faults: the real program, a real Postgres of its own, signals, slow clients. Each with a control that shows that the
//! check would see the fault. The ids are those of the security page.

#[cfg(test)]
mod app_dies;
#[cfg(test)]
mod asked_again;
#[cfg(test)]
mod client;
#[cfg(test)]
mod draining;
#[cfg(test)]
mod import_dies;
#[cfg(test)]
mod limited;
#[cfg(test)]
mod load;
#[cfg(test)]
mod migrating;
#[cfg(test)]
mod postgres_dies;
#[cfg(test)]
mod program;
#[cfg(test)]
mod purging;
#[cfg(test)]
mod restored;
#[cfg(test)]
mod revoked_elsewhere;
#[cfg(test)]
mod rotating;
#[cfg(test)]
mod slow_clients;
#[cfg(test)]
mod starting;
#[cfg(test)]
mod system;
#[cfg(test)]
mod watching;
