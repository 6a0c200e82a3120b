//! Signing in by other providers: against a real OpenID Connect provider in a process of its own, and against doubles that
//! speak HTTP as Google, LinkedIn, GitHub and Gmail do.

#[cfg(test)]
mod browser;
#[cfg(test)]
mod double;
#[cfg(test)]
mod forged;
#[cfg(test)]
mod gmail;
#[cfg(test)]
mod gmail_browser;
#[cfg(test)]
mod linking;
#[cfg(test)]
mod log;
#[cfg(test)]
mod provider;
#[cfg(test)]
mod rest;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod site;
#[cfg(test)]
mod taking_over;
