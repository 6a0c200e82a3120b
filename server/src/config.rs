//! Configuration. The only file that reads the environment: each name stands here with its default and meaning, and
//! `jobhax serve --help` prints the list.

use crate::{http::client::Network, start::StartError};
use clap::{Args, Parser, Subcommand, ValueEnum};
use secrecy::{ExposeSecret as _, SecretString};
use service::{
    identities::{self, ClientSettings, OidcSettings},
    letters::{Post, PostError},
    limits::Limits,
};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

/// The command line of `jobhax`.
#[derive(Debug, Parser)]
#[command(
    name = "jobhax",
    version,
    about = "Tracks job applications, by itself from your mail.",
    args_conflicts_with_subcommands = true
)]
pub struct Cli {
    /// What to do; `serve` when nothing is said.
    #[command(subcommand)]
    command: Option<Command>,
    /// How to serve, where no command is given.
    #[command(flatten)]
    serve: Box<Serve>,
}

impl Cli {
    /// Reads the process's arguments and environment. Ends the process on `--help` and on wrong usage.
    pub fn read() -> Command {
        Self::parse().command()
    }

    /// What was asked for; serving when nothing was named.
    pub fn command(self) -> Command {
        self.command.unwrap_or(Command::Serve(self.serve))
    }
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve pages and the REST API (the default)
    Serve(Box<Serve>),
    /// Bring the database's schema up to date and end
    Migrate(Migrate),
    /// Ask a running server whether it is ready; exit code 0 when it is
    Healthcheck(Healthcheck),
    /// Change the secret key in steps, without signing anybody out
    RotateKeys(RotateKeys),
    /// Print the description of the REST API (OpenAPI 3.1) and end
    Openapi,
}

/// Where the database is.
#[derive(Debug, Args)]
pub struct Database {
    /// A Postgres to use. When absent, one is started under the data folder
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<SecretString>,
    /// The owner's login for migrations, where serving uses a lesser one; when absent, the serving one migrates
    #[arg(long, env = "JOBHAX_MIGRATE_DATABASE_URL", hide_env_values = true)]
    pub migrate_database_url: Option<SecretString>,
    /// Embedded Postgres, keys, uploads
    #[arg(long, env = "JOBHAX_DATA_DIR", default_value = "./data")]
    pub data_dir: PathBuf,
}

/// `jobhax migrate`.
#[derive(Debug, Args)]
pub struct Migrate {
    /// Print the SQL that makes the roles, for an operator to run by hand, and do nothing else
    #[arg(long)]
    pub print_roles: bool,
    /// Which database.
    #[command(flatten)]
    pub database: Database,
}

/// `jobhax rotate-keys`.
#[derive(Debug, Args)]
pub struct RotateKeys {
    /// Only make the next key, for installations of several servers: all have to know it before the first uses it
    #[arg(long, conflicts_with = "forget")]
    pub announce: bool,
    /// Remove the previous key: what it signed ends
    #[arg(long)]
    pub forget: bool,
    /// Where the keys are [default: secret.key in the data folder]
    #[arg(long, env = "JOBHAX_SECRET_KEY_FILE")]
    pub secret_key_file: Option<PathBuf>,
    /// The data folder
    #[arg(long, env = "JOBHAX_DATA_DIR", default_value = "./data")]
    pub data_dir: PathBuf,
}

impl RotateKeys {
    /// Where the keys are.
    pub fn file(&self) -> PathBuf {
        key_file(self.secret_key_file.as_ref(), &self.data_dir)
    }
}

fn key_file(given: Option<&PathBuf>, data_dir: &Path) -> PathBuf {
    given.cloned().unwrap_or_else(|| data_dir.join("secret.key"))
}

/// `jobhax healthcheck`.
#[derive(Debug, Args)]
pub struct Healthcheck {
    /// The address that the server listens on
    #[arg(long, env = "JOBHAX_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// `jobhax serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Address to listen on
    #[arg(long, env = "JOBHAX_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
    /// What links and cookies are made for [default: http:// and the listening address]
    #[arg(long, env = "JOBHAX_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Which database.
    #[command(flatten)]
    pub database: Database,
    /// Signing and encryption keys, made at the first start [default: secret.key in the data folder]
    #[arg(long, env = "JOBHAX_SECRET_KEY_FILE")]
    pub secret_key_file: Option<PathBuf>,
    /// Outgoing mail, such as `smtps://user:password@mail.example.org`. When absent, mails go to `outbox/*.eml` in the
    /// data folder
    #[arg(long, env = "JOBHAX_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<SecretString>,
    /// Who outgoing mail is from, such as `JobHax <jobs@example.org>` [default: no-reply at the host of the public URL]
    #[arg(long, env = "JOBHAX_MAIL_FROM")]
    pub mail_from: Option<String>,
    /// Social sign-in.
    #[command(flatten)]
    pub providers: Providers,
    /// Rate limits, such as `api=600/m`; names left out keep their default, `name=0` turns one off
    #[arg(
        long,
        env = "JOBHAX_LIMITS",
        default_value = "register=20/h,login_email=10/m,login_address=60/m,login_account=100/d,refresh=60/m,mail=3/h,mail_address=20/h,reset=20/h,demo=20/h,api=600/m"
    )]
    pub limits: Limits,
    /// Addresses or networks whose forwarding headers are believed, separated by commas
    #[arg(long, env = "JOBHAX_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<Network>,
    /// Background workers in this process; 0 for none
    #[arg(long, env = "JOBHAX_WORKERS", default_value_t = 1)]
    pub workers: u16,
    /// What is logged, as a tracing filter
    #[arg(long, env = "JOBHAX_LOG", default_value = "info")]
    pub log: String,
    /// How it is logged
    #[arg(long, env = "JOBHAX_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// Address for `GET /metrics`; off when absent
    #[arg(long, env = "JOBHAX_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,
    /// The built pages [default: site beside the program, or target/site]
    #[arg(long, env = "LEPTOS_SITE_ROOT", hide = true)]
    pub site_root: Option<PathBuf>,
    /// Port of the page reloader; set by `cargo leptos watch`.
    #[arg(long, env = "LEPTOS_RELOAD_PORT", hide = true)]
    pub reload_port: Option<u16>,
    /// Whether the page reloader runs; set by `cargo leptos watch`.
    #[arg(long, env = "LEPTOS_WATCH", hide = true)]
    pub watch: Option<String>,
    /// Patience with clients.
    #[command(flatten)]
    pub patience: Patience,
}

/// Social sign-in and Gmail.
#[derive(Debug, Args)]
pub struct Providers {
    /// Social sign-in by Google; a provider without id and secret is not offered
    #[arg(long, env = "JOBHAX_GOOGLE_CLIENT_ID")]
    pub google_client_id: Option<String>,
    /// The secret that goes with it
    #[arg(long, env = "JOBHAX_GOOGLE_CLIENT_SECRET", hide_env_values = true)]
    pub google_client_secret: Option<SecretString>,
    /// Social sign-in by LinkedIn
    #[arg(long, env = "JOBHAX_LINKEDIN_CLIENT_ID")]
    pub linkedin_client_id: Option<String>,
    /// The secret that goes with it
    #[arg(long, env = "JOBHAX_LINKEDIN_CLIENT_SECRET", hide_env_values = true)]
    pub linkedin_client_secret: Option<SecretString>,
    /// Social sign-in by GitHub
    #[arg(long, env = "JOBHAX_GITHUB_CLIENT_ID")]
    pub github_client_id: Option<String>,
    /// The secret that goes with it
    #[arg(long, env = "JOBHAX_GITHUB_CLIENT_SECRET", hide_env_values = true)]
    pub github_client_secret: Option<SecretString>,
    /// Another address than the real one, for tests against a local provider
    #[arg(long, env = "JOBHAX_GOOGLE_BASE_URL")]
    pub google_base_url: Option<String>,
    /// The same for LinkedIn
    #[arg(long, env = "JOBHAX_LINKEDIN_BASE_URL")]
    pub linkedin_base_url: Option<String>,
    /// The same for GitHub
    #[arg(long, env = "JOBHAX_GITHUB_BASE_URL")]
    pub github_base_url: Option<String>,
    /// The same for Gmail
    #[arg(long, env = "JOBHAX_GMAIL_BASE_URL")]
    pub gmail_base_url: Option<String>,
    /// Any OpenID Connect provider, by discovery
    #[arg(long, env = "JOBHAX_OIDC_ISSUER")]
    pub oidc_issuer: Option<String>,
    /// Our id at that provider
    #[arg(long, env = "JOBHAX_OIDC_CLIENT_ID")]
    pub oidc_client_id: Option<String>,
    /// The secret that goes with it
    #[arg(long, env = "JOBHAX_OIDC_CLIENT_SECRET", hide_env_values = true)]
    pub oidc_client_secret: Option<SecretString>,
    /// What the provider is called on the sign-in page
    #[arg(long, env = "JOBHAX_OIDC_NAME")]
    pub oidc_name: Option<String>,
}

impl Providers {
    /// Those that are given whole. `public_url` is where they send browsers back to.
    ///
    /// # Errors
    /// Names the setting that is missing beside another.
    pub fn settings(&self, public_url: String) -> Result<identities::Settings, StartError> {
        let client = |name: &'static str,
                      id: &Option<String>,
                      secret: &Option<SecretString>,
                      base: &Option<String>| {
            let base_url = base.clone();
            both(name, id.as_ref(), secret.as_ref())
                .map(|both| both.map(|(id, secret)| ClientSettings { id, secret, base_url }))
        };
        let oidc = both(
            "JOBHAX_OIDC_CLIENT_ID",
            self.oidc_client_id.as_ref(),
            self.oidc_client_secret.as_ref(),
        )?;
        let oidc = match (&self.oidc_issuer, oidc) {
            (Some(issuer), Some((id, secret))) => Some(OidcSettings {
                issuer: issuer.clone(),
                id,
                secret,
                name: self.oidc_name.clone(),
            }),
            (None, None) => None,
            _ => {
                return Err(StartError::Setting {
                    name: "JOBHAX_OIDC_ISSUER",
                    detail: "goes together with JOBHAX_OIDC_CLIENT_ID and JOBHAX_OIDC_CLIENT_SECRET".into(),
                });
            }
        };
        Ok(identities::Settings {
            public_url,
            google: client(
                "JOBHAX_GOOGLE_CLIENT_ID",
                &self.google_client_id,
                &self.google_client_secret,
                &self.google_base_url,
            )?,
            linkedin: client(
                "JOBHAX_LINKEDIN_CLIENT_ID",
                &self.linkedin_client_id,
                &self.linkedin_client_secret,
                &self.linkedin_base_url,
            )?,
            github: client(
                "JOBHAX_GITHUB_CLIENT_ID",
                &self.github_client_id,
                &self.github_client_secret,
                &self.github_base_url,
            )?,
            oidc,
            gmail_base_url: self.gmail_base_url.clone(),
        })
    }
}

/// An id and its secret, or neither.
fn both(
    name: &'static str,
    id: Option<&String>,
    secret: Option<&SecretString>,
) -> Result<Option<(String, SecretString)>, StartError> {
    match (id, secret) {
        (Some(id), Some(secret)) => Ok(Some((id.clone(), secret.clone()))),
        (None, None) => Ok(None),
        _ => Err(StartError::Setting {
            name,
            detail: "an id goes together with its secret: give both, or neither".into(),
        }),
    }
}

/// How long the server waits for slow clients, and how many it takes. Not meant to be changed; tests shorten them.
#[derive(Clone, Copy, Debug, Args)]
pub struct Patience {
    /// Milliseconds from the first byte of a request to the end of its headers.
    #[arg(long, env = "JOBHAX_HEADER_TIMEOUT_MS", hide = true, default_value_t = 10_000)]
    pub header_ms: u64,
    /// Milliseconds that a connection may be silent between requests, and before the first.
    #[arg(long, env = "JOBHAX_IDLE_TIMEOUT_MS", hide = true, default_value_t = 30_000)]
    pub idle_ms: u64,
    /// Milliseconds without progress in the body of a request or of an answer.
    #[arg(long, env = "JOBHAX_STALL_TIMEOUT_MS", hide = true, default_value_t = 30_000)]
    pub stall_ms: u64,
    /// Milliseconds that requests at work get to finish after the signal to stop.
    #[arg(long, env = "JOBHAX_DRAIN_TIMEOUT_MS", hide = true, default_value_t = 10_000)]
    pub drain_ms: u64,
    /// Connections at once.
    #[arg(long, env = "JOBHAX_MAX_CONNECTIONS", hide = true, default_value_t = 2_000)]
    pub connections: u32,
}

impl Patience {
    /// From the first byte to the end of the headers.
    pub const fn header(self) -> Duration {
        Duration::from_millis(self.header_ms)
    }
    /// Silence between requests.
    pub const fn idle(self) -> Duration {
        Duration::from_millis(self.idle_ms)
    }
    /// No progress in a body.
    pub const fn stall(self) -> Duration {
        Duration::from_millis(self.stall_ms)
    }
    /// From the signal to the end.
    pub const fn drain(self) -> Duration {
        Duration::from_millis(self.drain_ms)
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            header_ms: 10_000,
            idle_ms: 30_000,
            stall_ms: 30_000,
            drain_ms: 10_000,
            connections: 2_000,
        }
    }
}

impl Serve {
    /// The address that links and cookies are made for, without a slash at its end.
    pub fn public_url(&self) -> String {
        let url = self
            .public_url
            .clone()
            .unwrap_or_else(|| format!("http://{}", self.listen));
        url.trim_end_matches('/').to_owned()
    }

    /// The way out for mails to people.
    ///
    /// # Errors
    /// [`StartError::Setting`] when a setting cannot be read.
    pub fn post(&self) -> Result<Post, StartError> {
        let problem = |name| {
            move |e: PostError| StartError::Setting {
                name,
                detail: e.to_string(),
            }
        };
        let mut post = Post::outbox(&self.public_url()).map_err(problem("JOBHAX_PUBLIC_URL"))?;
        if let Some(sender) = &self.mail_from {
            post = post.from(sender).map_err(problem("JOBHAX_MAIL_FROM"))?;
        }
        if let Some(url) = &self.smtp_url {
            post = post
                .smtp(url.expose_secret())
                .map_err(problem("JOBHAX_SMTP_URL"))?;
        }
        Ok(post)
    }

    /// Where the keys are.
    pub fn secret_key_file(&self) -> PathBuf {
        key_file(self.secret_key_file.as_ref(), &self.database.data_dir)
    }
}

/// Folders that programs are looked for in, from `PATH`.
pub fn program_folders() -> Vec<PathBuf> {
    std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).collect())
        .unwrap_or_default()
}

/// The folder for short-lived files.
pub fn temporary_folder() -> PathBuf {
    std::env::temp_dir()
}

/// Where this program lies, if that can be known.
pub fn program_folder() -> Option<PathBuf> {
    std::env::current_exe().ok()?.parent().map(Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    /// CF-8: nothing listens beyond this machine unless it is told to.
    #[test]
    fn cf_8_it_listens_on_this_machine_only() {
        let Command::Serve(usual) = Cli::parse_from(["jobhax", "serve"]).command() else {
            unreachable!("serving was asked for")
        };
        // Where the tests are told by the environment it is that which is tested.
        if std::env::var_os("JOBHAX_LISTEN").is_none() {
            assert!(usual.listen.ip().is_loopback(), "{}", usual.listen);
        }
        assert_eq!(usual.metrics_listen, None);
    }

    #[test]
    fn the_help_names_every_setting() {
        let mut cli = <Cli as CommandFactory>::command();
        let help = cli
            .find_subcommand_mut("serve")
            .expect("serve")
            .render_long_help()
            .to_string();
        let providers = ["GOOGLE", "LINKEDIN", "GITHUB"].iter().flat_map(|p| {
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
            "JOBHAX_LIMITS",
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
        assert!(
            !help.contains("TIMEOUT_MS"),
            "what is not meant to be changed is hidden"
        );
    }

    #[test]
    fn serving_is_what_is_done_when_nothing_is_said() {
        let Command::Serve(said) = Cli::parse_from(["jobhax"]).command() else {
            panic!("not serving")
        };
        let Command::Serve(named) = Cli::parse_from(["jobhax", "serve", "--listen", "127.0.0.1:4"]).command()
        else {
            panic!("not serving")
        };
        assert_eq!(said.patience.drain(), Patience::default().drain());
        assert_eq!(named.public_url(), "http://127.0.0.1:4");
    }
}
