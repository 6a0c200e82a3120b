//! DNS lookups of TXT records. Nothing is cached, so that a record is found as soon as the zone has it.

use crate::Error;
use hickory_resolver::{
    Resolver, TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolverConfig},
    net::runtime::TokioRuntimeProvider,
    proto::rr::RData,
};
use std::{net::SocketAddr, sync::Arc, time::Duration};

/// Time for one query to one name server.
const QUERY_TIMEOUT: Duration = Duration::from_secs(3);
const RETRIES: usize = 1;

/// A name server could not be reached, or did not answer the question.
#[derive(Debug, thiserror::Error)]
#[error("DNS lookup failed: {0}")]
pub(crate) struct DnsError(String);

/// A stub resolver; cheap to clone.
#[derive(Clone)]
pub struct DnsClient(Option<Arc<TokioResolver>>);

impl DnsClient {
    /// Asks this name server or, without one, the name servers of the system. If the system has no name server, every lookup fails.
    ///
    /// # Errors
    /// [`Error::Internal`] if the resolver cannot be created.
    pub fn new(server: Option<SocketAddr>) -> Result<Self, Error> {
        let builder = match server {
            Some(server) => {
                let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
                    connection.port = server.port();
                    connection
                });
                let server = NameServerConfig::new(server.ip(), true, connections.into());
                let config = ResolverConfig::from_parts(None, vec![], vec![server]);
                Resolver::builder_with_config(config, TokioRuntimeProvider::default())
            }
            None => match Resolver::builder_tokio() {
                Ok(builder) => builder,
                Err(error) => {
                    tracing::warn!(%error, "no DNS configuration found, domains cannot be verified");
                    return Ok(Self(None));
                }
            },
        };
        let mut builder = builder;
        let options = builder.options_mut();
        options.cache_size = 0;
        options.timeout = QUERY_TIMEOUT;
        options.attempts = RETRIES;
        let resolver = builder.build().map_err(|e| Error::Internal(e.to_string()))?;
        Ok(Self(Some(Arc::new(resolver))))
    }

    /// The TXT records of a name, each with its strings joined. Empty if the name has no TXT records.
    pub(crate) async fn txt(&self, name: &str) -> Result<Vec<String>, DnsError> {
        let resolver = self
            .0
            .as_ref()
            .ok_or_else(|| DnsError("no name server is configured".into()))?;
        // With the final dot, no search domain is appended.
        match resolver.txt_lookup(format!("{name}.")).await {
            Ok(lookup) => Ok(lookup
                .answers()
                .iter()
                .filter_map(|record| match &record.data {
                    RData::TXT(text) => Some(text.to_string()),
                    _ => None,
                })
                .collect()),
            Err(error) if error.is_no_records_found() => Ok(Vec::new()),
            Err(error) => Err(DnsError(error.to_string())),
        }
    }
}
