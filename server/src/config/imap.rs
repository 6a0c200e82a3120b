//! Mailboxes over IMAP.

use super::http::parse_network;
use clap::Args;
use ipnet::IpNet;
use service::mail::ImapSettings;
use std::path::PathBuf;

/// Connections to the IMAP servers of users.
#[derive(Debug, Args)]
pub struct Imap {
    /// Comma-separated addresses or networks that are not public but may be IMAP servers, on any port
    #[arg(long, env = "JOBHAX_IMAP_ALLOWED_NETWORKS", value_delimiter = ',', value_parser = parse_network)]
    pub imap_allowed_networks: Vec<IpNet>,
    /// PEM file with certificate authorities that IMAP servers may have besides the public ones
    #[arg(long, env = "JOBHAX_IMAP_CA_FILE")]
    pub imap_ca_file: Option<PathBuf>,
}

impl Imap {
    /// The settings of the connections.
    pub fn settings(&self) -> ImapSettings {
        ImapSettings {
            ca_file: self.imap_ca_file.clone(),
            allowed_networks: self.imap_allowed_networks.clone(),
        }
    }
}
