//! The configured or embedded database.

use crate::{
    config,
    data_dir::DataDir,
    embedded_postgres::{self, EmbeddedPostgres},
    error::StartupError,
};
use secrecy::{ExposeSecret as _, SecretString};
use service::platform::{
    db::{self, ConnectOptions, RoleError},
    rng::Rng,
};
use std::time::Duration;
use tokio::time::{sleep, timeout};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Minimum delay between attempts to reach the database at startup.
const MIN_RETRY_DELAY: Duration = Duration::from_secs(1);
const MAX_RETRY_DELAY: Duration = Duration::from_secs(10);

/// How to connect to the database.
pub struct Database {
    /// Options of the schema owner.
    pub owner: ConnectOptions,
    /// Options of the login for serving.
    pub login: ConnectOptions,
    embedded: Option<EmbeddedPostgres>,
    /// Locks the data directory while a command uses the embedded database without a server.
    data_dir: Option<DataDir>,
    /// Names of the settings with the logins, for error messages.
    owner_name: &'static str,
    login_name: &'static str,
}

impl Database {
    /// Uses the configured database, or starts the embedded one.
    pub async fn open(
        config: &config::Database,
        data_dir: &DataDir,
        rng: &dyn Rng,
    ) -> Result<Self, StartupError> {
        if config.database_url.is_none() {
            let embedded = EmbeddedPostgres::start(data_dir.path(), rng).await?;
            let name = "the embedded Postgres";
            return Ok(Self {
                owner: embedded.owner(),
                login: embedded.login(),
                embedded: Some(embedded),
                data_dir: None,
                owner_name: name,
                login_name: name,
            });
        }
        Self::configured(config)
    }

    fn configured(config: &config::Database) -> Result<Self, StartupError> {
        let Some(url) = &config.database_url else {
            return Err(StartupError::Other("DATABASE_URL is not set".into()));
        };
        let login_name = "DATABASE_URL";
        let login = parse_url(login_name, url)?;
        let (owner, owner_name) = match &config.migrate_database_url {
            Some(url) => {
                let name = "JOBHAX_MIGRATE_DATABASE_URL";
                (parse_url(name, url)?, name)
            }
            None => (login.clone(), login_name),
        };
        Ok(Self {
            owner,
            login,
            embedded: None,
            data_dir: None,
            owner_name,
            login_name,
        })
    }

    /// For a command that can run while a server is running: uses the configured database, or the embedded one of the running server, or
    /// starts the embedded one if no server is running.
    pub async fn open_beside_server(config: &config::Database, rng: &dyn Rng) -> Result<Self, StartupError> {
        let path = &config.data_dir;
        if config.database_url.is_none() {
            match DataDir::open(path) {
                Ok(data_dir) => {
                    let mut database = Self::open(config, &data_dir, rng).await?;
                    database.data_dir = Some(data_dir);
                    return Ok(database);
                }
                Err(StartupError::DataDirLocked(path)) => {
                    let name = "the embedded Postgres";
                    let found = embedded_postgres::connect_options(&path).await?;
                    let (owner, login) = found.ok_or(StartupError::DataDirLocked(path))?;
                    return Ok(Self {
                        owner,
                        login,
                        embedded: None,
                        data_dir: None,
                        owner_name: name,
                        login_name: name,
                    });
                }
                Err(error) => return Err(error),
            }
        }
        Self::configured(config)
    }

    /// Migrates the database and checks the login. Waits while the database is not running or still starting.
    pub async fn prepare(&self) -> Result<(), StartupError> {
        let mut delay = MIN_RETRY_DELAY;
        loop {
            match self.try_prepare().await {
                Err(StartupError::DatabaseUnreachable {
                    name,
                    detail,
                    is_temporary: true,
                }) => {
                    tracing::warn!(setting = name, error = detail, retry_in = ?delay, "database unreachable, waiting for it");
                    sleep(delay).await;
                    delay = MAX_RETRY_DELAY.min(delay * 2);
                }
                result => return result,
            }
        }
    }

    async fn try_prepare(&self) -> Result<(), StartupError> {
        self.check_login_early().await?;
        self.migrate().await?;
        self.check_login().await
    }

    /// Applies pending migrations. Servers that start at the same time wait for the first.
    pub async fn migrate(&self) -> Result<(), StartupError> {
        self.connect_as_owner().await?;
        db::migrate(&self.owner).await.map_err(|e| match e {
            service::Error::Unavailable(_) => self.unreachable(self.owner_name, &e),
            e => StartupError::Migrate(explain_migration_error(&short_message(&e))),
        })
    }

    /// Fails early if the database is unreachable. The schema that the role check needs may not exist yet, so other results of the check
    /// are ignored.
    async fn connect_as_owner(&self) -> Result<(), StartupError> {
        match timeout(CONNECT_TIMEOUT, db::check_role(&self.owner)).await {
            Err(_) => Err(StartupError::DatabaseUnreachable {
                name: self.owner_name,
                detail: "no response within ten seconds".into(),
                is_temporary: true,
            }),
            Ok(Err(e @ service::Error::Unavailable(_))) => Err(self.unreachable(self.owner_name, &e)),
            Ok(_) => Ok(()),
        }
    }

    /// Rejects an unsuitable database server or login before anything is migrated. All other checks are done by [`Self::check_login`].
    async fn check_login_early(&self) -> Result<(), StartupError> {
        match timeout(CONNECT_TIMEOUT, db::check_role(&self.login)).await {
            Ok(Ok(Err(error @ (RoleError::UnsupportedVersion(_) | RoleError::BypassesRls(_))))) => {
                Err(role_error(&error))
            }
            _ => Ok(()),
        }
    }

    /// Rejects a login that is not subject to row level security.
    async fn check_login(&self) -> Result<(), StartupError> {
        match db::check_role(&self.login).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(role_error(&error)),
            Err(error) => Err(self.unreachable(self.login_name, &error)),
        }
    }

    fn unreachable(&self, name: &'static str, error: &service::Error) -> StartupError {
        StartupError::DatabaseUnreachable {
            name,
            detail: short_message(error),
            // Not for the embedded Postgres, which was running a moment ago.
            is_temporary: self.embedded.is_none() && error.is_temporary_outage(),
        }
    }

    /// Stops the embedded Postgres.
    pub async fn close(self) {
        if let Some(embedded) = self.embedded {
            embedded.stop().await;
        }
    }
}

fn role_error(error: &RoleError) -> StartupError {
    match error {
        RoleError::UnsupportedVersion(_) => StartupError::OldPostgres(error.to_string()),
        _ => StartupError::Role(error.to_string()),
    }
}

fn parse_url(name: &'static str, url: &SecretString) -> Result<ConnectOptions, StartupError> {
    let text = url.expose_secret();
    let error = |detail: String| StartupError::DatabaseUrl { name, detail };
    if !(text.starts_with("postgres://") || text.starts_with("postgresql://")) {
        return Err(error("it does not start with postgres://".into()));
    }
    let options = text.parse::<ConnectOptions>();
    options.map(db::require_tls).map_err(|e| error(e.to_string()))
}

/// Explains how to fix a login that lacks the privilege to create roles.
fn explain_migration_error(message: &str) -> String {
    if message.contains("permission denied") {
        format!(
            "{message}. If this login may not create roles, run the SQL of `jobhax migrate --print-roles`"
        )
    } else {
        message.to_owned()
    }
}

/// The first line of the error without sqlx's generic prefixes.
fn short_message(error: &service::Error) -> String {
    let text = match error {
        service::Error::Unavailable(source) | service::Error::Database(source) => source.to_string(),
        other => other.to_string(),
    };
    let text = text
        .strip_prefix("error communicating with database: ")
        .unwrap_or(&text);
    let text = text
        .strip_prefix("error returned from database: ")
        .unwrap_or(text);
    text.lines()
        .next()
        .unwrap_or_default()
        .trim_end_matches('.')
        .to_owned()
}
