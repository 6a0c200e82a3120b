//! What browsers may and may not do, through the whole router under an https address, on a real database.

#[cfg(test)]
mod authorization;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod forgery;
#[cfg(test)]
mod headers;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod redirects;
#[cfg(test)]
mod sessions;
#[cfg(test)]
#[path = "../table/mod.rs"]
mod table;
#[cfg(test)]
mod travels;
#[cfg(test)]
mod upload;
