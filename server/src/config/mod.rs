//! Configuration from command line and environment: every setting with its default and help text. No other module reads
//! the environment.

mod admin;
mod database;
mod email;
mod files;
mod http;
mod imap;
mod mcp;
mod oauth;
mod paths;
mod quotas;
mod rate_limits;
mod webhooks;

pub use admin::{Admin, AdminArea, TenantsCommand, UsersCommand};
pub use database::{Database, Migrate};
pub use email::Email;
pub use files::Files;
pub use http::{Http, Timeouts};
pub use imap::Imap;
pub use mcp::Mcp;
pub use oauth::OAuth;
pub use paths::{executable_dir, search_path, temp_dir};
pub use quotas::Quotas;
pub use rate_limits::RateLimits;
pub use webhooks::Webhooks;

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// A setting with an invalid value.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {detail}")]
pub struct ConfigError {
    /// The name of the environment variable.
    pub name: &'static str,
    /// The problem and a valid value.
    pub detail: String,
}

/// The command line of `jobhax`.
#[derive(Debug, Parser)]
#[command(
    name = "jobhax",
    version,
    about = "Job application tracker that reads your email",
    args_conflicts_with_subcommands = true
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Used when no command is given.
    #[command(flatten)]
    serve: Box<Serve>,
}

impl Cli {
    /// Parses the arguments and environment of the process. Exits after `--help` and on invalid usage.
    pub fn read() -> Command {
        Self::parse().command()
    }

    /// The given command, by default [`Command::Serve`].
    pub fn command(self) -> Command {
        self.command.unwrap_or(Command::Serve(self.serve))
    }
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the web UI and the REST API (default)
    Serve(Box<Serve>),
    /// Apply pending database migrations and exit
    Migrate(Migrate),
    /// Check whether a running server is ready; exits with 0 if it is
    Healthcheck(Healthcheck),
    /// Replace the secret key in steps, without signing users out
    RotateKeys(RotateKeys),
    /// Check configuration, database, keys, email, providers and clock; exits with 0 if there is no problem
    Doctor(Box<Doctor>),
    /// Find, lock and delete accounts, set quotas of workspaces, re-encrypt secrets
    Admin(Admin),
    /// Offer the applications to a language model: MCP over standard input and output
    Mcp(Mcp),
    /// Print the OpenAPI 3.1 document of the REST API and exit
    Openapi,
}

/// `jobhax doctor`.
#[derive(Debug, Args)]
pub struct Doctor {
    /// The settings of the server, which are checked.
    #[command(flatten)]
    pub serve: Serve,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `jobhax rotate-keys`.
#[derive(Debug, Args)]
pub struct RotateKeys {
    /// Only generate the next key. For several servers: all must know it before the first one uses it
    #[arg(long = "announce", conflicts_with = "retire")]
    pub stage: bool,
    /// Remove the previous key; tokens signed with it become invalid
    #[arg(long = "forget")]
    pub retire: bool,
    /// Remove the previous key although secrets in the database need it, which become unreadable
    #[arg(long, conflicts_with = "stage")]
    pub force: bool,
    /// Key file [default: secret.key in the data directory]
    #[arg(long, env = "JOBHAX_SECRET_KEY_FILE")]
    pub secret_key_file: Option<PathBuf>,
    /// Database settings, to count the secrets that need the previous key.
    #[command(flatten)]
    pub database: Database,
}

impl RotateKeys {
    /// The path of the key file.
    pub fn key_file(&self) -> PathBuf {
        key_file(self.secret_key_file.as_ref(), &self.database.data_dir)
    }
}

fn key_file(configured: Option<&PathBuf>, data_dir: &Path) -> PathBuf {
    configured.cloned().unwrap_or_else(|| data_dir.join("secret.key"))
}

/// `jobhax healthcheck`.
#[derive(Debug, Args)]
pub struct Healthcheck {
    /// Address the server listens on
    #[arg(long, env = "JOBHAX_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
}

/// The format of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Human-readable.
    Text,
    /// One JSON object per line.
    Json,
}

/// `jobhax serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// HTTP settings.
    #[command(flatten)]
    pub http: Http,
    /// Database settings.
    #[command(flatten)]
    pub database: Database,
    /// Signing and encryption keys, generated on first start [default: secret.key in the data directory]
    #[arg(long, env = "JOBHAX_SECRET_KEY_FILE")]
    pub secret_key_file: Option<PathBuf>,
    /// Outgoing email.
    #[command(flatten)]
    pub email: Email,
    /// Sign-in providers and Gmail.
    #[command(flatten)]
    pub oauth: OAuth,
    /// Connections to IMAP servers.
    #[command(flatten)]
    pub imap: Imap,
    /// Contents of users' files.
    #[command(flatten)]
    pub files: Files,
    /// Rate limits.
    #[command(flatten)]
    pub rate_limits: RateLimits,
    /// Quotas.
    #[command(flatten)]
    pub quotas: Quotas,
    /// Requests to webhook endpoints.
    #[command(flatten)]
    pub webhooks: Webhooks,
    /// Name server that is asked about email domains of organizations, with port; those of the system by default
    #[arg(long, env = "JOBHAX_DNS_SERVER")]
    pub dns_server: Option<SocketAddr>,
    /// Background workers in this process; 0 for none
    #[arg(long, env = "JOBHAX_WORKERS", default_value_t = 1)]
    pub workers: u16,
    /// Log filter in the syntax of tracing-subscriber's `EnvFilter`
    #[arg(long, env = "JOBHAX_LOG", default_value = "info")]
    pub log: String,
    /// Log format
    #[arg(long, env = "JOBHAX_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// Address of the Prometheus endpoint `GET /metrics`; off by default
    #[arg(long, env = "JOBHAX_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,
}

impl Serve {
    /// The path of the key file.
    pub fn key_file(&self) -> PathBuf {
        key_file(self.secret_key_file.as_ref(), &self.database.data_dir)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn serve(arguments: &[&str]) -> Serve {
        match Cli::parse_from(arguments).command() {
            Command::Serve(serve) => *serve,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn default_listen_address_is_loopback() {
        let config = serve(&["jobhax", "serve"]);
        // The environment of the test process may set a different address.
        if std::env::var_os("JOBHAX_LISTEN").is_none() {
            assert!(config.http.listen.ip().is_loopback(), "{}", config.http.listen);
        }
        assert_eq!(config.metrics_listen, None);
    }

    #[test]
    fn help_lists_every_setting() {
        let mut cli = <Cli as CommandFactory>::command();
        let help = cli
            .find_subcommand_mut("serve")
            .expect("serve")
            .render_long_help()
            .to_string();
        let providers = ["GOOGLE", "LINKEDIN", "GITHUB", "MICROSOFT"]
            .iter()
            .flat_map(|p| {
                ["CLIENT_ID", "CLIENT_SECRET", "BASE_URL"]
                    .iter()
                    .map(move |what| format!("JOBHAX_{p}_{what}"))
            });
        let oidc = ["ISSUER", "CLIENT_ID", "CLIENT_SECRET", "NAME"]
            .iter()
            .map(|what| format!("JOBHAX_OIDC_{what}"));
        let others = [
            "DATABASE_URL",
            "JOBHAX_LISTEN",
            "JOBHAX_PUBLIC_URL",
            "JOBHAX_MIGRATE_DATABASE_URL",
            "JOBHAX_DATA_DIR",
            "JOBHAX_SECRET_KEY_FILE",
            "JOBHAX_SMTP_URL",
            "JOBHAX_MAIL_FROM",
            "JOBHAX_GMAIL_BASE_URL",
            "JOBHAX_OUTLOOK_IMAP_SERVER",
            "JOBHAX_IMAP_ALLOWED_NETWORKS",
            "JOBHAX_IMAP_CA_FILE",
            "JOBHAX_LIMITS",
            "JOBHAX_MAX_MEMBERS",
            "JOBHAX_DNS_SERVER",
            "JOBHAX_ALLOW_PRIVATE_PROVIDERS",
            "JOBHAX_MAX_APPLICATIONS",
            "JOBHAX_MAX_FILE_MIB",
            "JOBHAX_MAX_MAILBOXES",
            "JOBHAX_MAX_KEYS",
            "JOBHAX_TRUSTED_PROXIES",
            "JOBHAX_WORKERS",
            "JOBHAX_LOG",
            "JOBHAX_LOG_FORMAT",
            "JOBHAX_METRICS_LISTEN",
        ];
        for name in providers.chain(oidc).chain(others.map(str::to_owned)) {
            assert!(
                help.contains(&format!("[env: {name}")),
                "{name} is not in the help"
            );
        }
        assert!(!help.contains("TIMEOUT_MS"), "timeouts are hidden");
    }

    #[test]
    fn serve_is_the_default_command() {
        let implicit = serve(&["jobhax", "--listen", "127.0.0.1:4"]);
        let explicit = serve(&["jobhax", "serve", "--listen", "127.0.0.1:4"]);
        assert_eq!(implicit.http.listen, explicit.http.listen);
    }
}
