//! Opens encrypted connections to IMAP servers. A host name is resolved once. All of its addresses must be allowed, and the
//! connection uses exactly these addresses, so that DNS rebinding has no effect.

use super::{error::ImapError, starttls};
use crate::{Error, platform::http_client::ssrf::is_public};
use domain::mail::ImapSecurity;
use ipnet::IpNet;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use url::Host;

const RESOLVE_TIMEOUT: Duration = Duration::from_secs(5);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// Maximum number of addresses of a host name that are tried.
const MAX_ADDRESSES: usize = 3;
/// The standard IMAP ports. Other ports of public hosts are blocked, so that the server cannot be used for port scans.
const PUBLIC_PORTS: [u16; 2] = [993, 143];

/// Settings of the operator.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// PEM file with certificate authorities that are trusted in addition to the public ones.
    pub ca_file: Option<PathBuf>,
    /// Networks that are allowed on any port although they are not public.
    pub allowed_networks: Vec<IpNet>,
}

/// Opens connections; cheap to clone.
#[derive(Clone)]
pub struct ImapConnector {
    tls: TlsConnector,
    allowed_networks: Arc<[IpNet]>,
}

impl ImapConnector {
    /// # Errors
    /// [`Error::Internal`], with a message for the operator, when the file of certificate authorities cannot be read.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        let mut roots = RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        if let Some(path) = &settings.ca_file {
            let invalid = |e: &dyn std::fmt::Display| {
                Error::Internal(format!("certificate authorities in {}: {e}", path.display()))
            };
            for certificate in CertificateDer::pem_file_iter(path).map_err(|e| invalid(&e))? {
                let certificate = certificate.map_err(|e| invalid(&e))?;
                roots.add(certificate).map_err(|e| invalid(&e))?;
            }
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|e| Error::Internal(format!("TLS for IMAP: {e}")))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            tls: TlsConnector::from(Arc::new(config)),
            allowed_networks: settings.allowed_networks.as_slice().into(),
        })
    }

    /// Connects and verifies the certificate. With [`ImapSecurity::Tls`] the greeting of the server has not been read yet.
    pub async fn connect(
        &self,
        host: &str,
        port: u16,
        security: ImapSecurity,
    ) -> Result<TlsStream<TcpStream>, ImapError> {
        let host = parse_host(host).ok_or(ImapError::UnknownHost)?;
        let mut stream = self.open(&host, port).await?;
        if security == ImapSecurity::Starttls {
            timeout(HANDSHAKE_TIMEOUT, starttls::negotiate(&mut stream))
                .await
                .map_err(|_| ImapError::Timeout)??;
        }
        let name = match host {
            Host::Domain(name) => ServerName::try_from(name).map_err(|_| ImapError::UnknownHost)?,
            Host::Ipv4(ip) => ServerName::from(std::net::IpAddr::from(ip)),
            Host::Ipv6(ip) => ServerName::from(std::net::IpAddr::from(ip)),
        };
        timeout(HANDSHAKE_TIMEOUT, self.tls.connect(name, stream))
            .await
            .map_err(|_| ImapError::Timeout)?
            .map_err(|error| handshake_error(&error))
    }

    async fn open(&self, host: &Host, port: u16) -> Result<TcpStream, ImapError> {
        let addresses = resolve(host, port).await?;
        if !addresses.iter().all(|address| self.is_allowed(*address)) {
            return Err(ImapError::AddressBlocked);
        }
        let is_configured = addresses.iter().all(|address| self.is_configured(*address));
        if !is_configured && !PUBLIC_PORTS.contains(&port) {
            return Err(ImapError::PortBlocked);
        }
        let mut last_error = ImapError::UnknownHost;
        for address in addresses.into_iter().take(MAX_ADDRESSES) {
            match timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => last_error = ImapError::Unreachable(error.kind().to_string()),
                Err(_) => last_error = ImapError::Timeout,
            }
        }
        Err(last_error)
    }

    fn is_allowed(&self, address: SocketAddr) -> bool {
        is_public(address.ip()) || self.is_configured(address)
    }

    fn is_configured(&self, address: SocketAddr) -> bool {
        let ip = address.ip().to_canonical();
        self.allowed_networks.iter().any(|network| network.contains(&ip))
    }
}

/// Parses the host as in a URL, so that IP addresses are recognized in every notation.
pub fn parse_host(host: &str) -> Option<Host> {
    if host.contains(':') && !host.starts_with('[') {
        return Host::parse(&format!("[{host}]")).ok();
    }
    match Host::parse(host).ok()? {
        Host::Domain(name) if name.is_empty() || name.len() > 253 => None,
        host => Some(host),
    }
}

async fn resolve(host: &Host, port: u16) -> Result<Vec<SocketAddr>, ImapError> {
    match host {
        Host::Ipv4(ip) => Ok(vec![SocketAddr::new((*ip).into(), port)]),
        Host::Ipv6(ip) => Ok(vec![SocketAddr::new((*ip).into(), port)]),
        Host::Domain(name) => {
            let addresses: Vec<SocketAddr> = timeout(RESOLVE_TIMEOUT, lookup_host((name.as_str(), port)))
                .await
                .map_err(|_| ImapError::Timeout)?
                .map_err(|_| ImapError::UnknownHost)?
                .collect();
            if addresses.is_empty() {
                return Err(ImapError::UnknownHost);
            }
            Ok(addresses)
        }
    }
}

fn handshake_error(error: &std::io::Error) -> ImapError {
    match error.get_ref().and_then(|e| e.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(reason)) => {
            ImapError::InvalidCertificate(format!("{reason:?}"))
        }
        Some(error) => ImapError::Unreachable(error.to_string()),
        None => ImapError::Unreachable(error.kind().to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn connect(settings: &Settings, host: &str, port: u16) -> ImapError {
        let connector = ImapConnector::new(settings).expect("connector");
        let connection = connector.connect(host, port, ImapSecurity::Tls).await;
        connection.expect_err("no such server")
    }

    #[tokio::test]
    async fn private_address_is_blocked_in_every_notation() {
        for host in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "localhost",
            "::1",
            "[::1]",
            "::ffff:127.0.0.1",
            "::ffff:7f00:1",
            "169.254.169.254",
            "10.0.0.1",
            "192.168.1.1",
            "fe80::1",
            "fd00::1",
            "0.0.0.0",
        ] {
            let error = connect(&Settings::default(), host, 993).await;
            assert!(matches!(error, ImapError::AddressBlocked), "{host}: {error:?}");
        }
    }

    #[tokio::test]
    async fn only_ports_of_imap_are_called_on_public_hosts() {
        let error = connect(&Settings::default(), "1.1.1.1", 22).await;
        assert!(matches!(error, ImapError::PortBlocked), "{error:?}");
    }

    #[tokio::test]
    async fn configured_network_may_be_called_on_any_port() {
        let settings = Settings {
            allowed_networks: vec!["127.0.0.0/8".parse().expect("network")],
            ..Settings::default()
        };
        for host in ["127.0.0.1", "::ffff:127.0.0.1"] {
            let error = connect(&settings, host, 1).await;
            assert!(matches!(error, ImapError::Unreachable(_)), "{host}: {error:?}");
        }
        let error = connect(&settings, "10.0.0.1", 993).await;
        assert!(matches!(error, ImapError::AddressBlocked), "{error:?}");
    }

    #[test]
    fn malformed_host_is_rejected() {
        for host in [
            "",
            "imap example",
            "https://imap.example.org",
            "a/b",
            "a@b",
            "imap.example.org:993",
            "[::1",
        ] {
            assert_eq!(parse_host(host), None, "{host}");
        }
        assert!(parse_host("imap.bücher.example").is_some());
    }
}
