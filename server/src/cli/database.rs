//! The database that was asked for: a given one, or our own.

use crate::{config::Database, data_folder::DataFolder, postgres::Embedded, start::StartError};
use secrecy::{ExposeSecret as _, SecretString};
use service::{
    db::{self, ConnectOptions, RoleProblem},
    rng::Rng,
};
use std::time::Duration;
use tokio::time::timeout;

/// A database that does not take a connection in this time is not reachable.
const REACH: Duration = Duration::from_secs(10);

/// Where the database is and how to come in.
pub struct Opened {
    /// As the schema's owner.
    pub owner: ConnectOptions,
    /// As who serves.
    pub login: ConnectOptions,
    /// Our own server, where none was given.
    pub embedded: Option<Embedded>,
    /// What to call it in messages.
    name: &'static str,
    owner_name: &'static str,
}

impl Opened {
    /// Finds the given database, or starts our own.
    pub async fn open(config: &Database, folder: &DataFolder, rng: &dyn Rng) -> Result<Self, StartError> {
        let Some(url) = &config.database_url else {
            let embedded = Embedded::start(folder.path(), rng).await?;
            let (owner, login) = (embedded.owner(), embedded.login());
            let name = "the embedded Postgres";
            return Ok(Self {
                owner,
                login,
                embedded: Some(embedded),
                name,
                owner_name: name,
            });
        };
        let name = "DATABASE_URL";
        let login = parse(name, url)?;
        let (owner, owner_name) = match &config.migrate_database_url {
            Some(url) => (
                parse("JOBHAX_MIGRATE_DATABASE_URL", url)?,
                "JOBHAX_MIGRATE_DATABASE_URL",
            ),
            None => (login.clone(), name),
        };
        Ok(Self {
            owner,
            login,
            embedded: None,
            name,
            owner_name,
        })
    }

    /// Says at once when there is no database to migrate.
    async fn reach(&self) -> Result<(), StartError> {
        let away = |detail: String| StartError::DatabaseAway {
            name: self.owner_name,
            detail,
        };
        // Only whether it can be reached counts here; the schema that the check asks about may not be there yet.
        match timeout(REACH, db::check_role(&self.owner)).await {
            Err(_) => return Err(away("no answer within ten seconds".into())),
            Ok(Err(e @ service::Error::Unavailable(_))) => return Err(away(plain(&e))),
            Ok(_) => {}
        }
        Ok(())
    }

    /// Brings the schema up to date. Servers that start at once wait for the first.
    pub async fn migrate(&self) -> Result<(), StartError> {
        self.reach().await?;
        let away = |e: &service::Error| StartError::DatabaseAway {
            name: self.owner_name,
            detail: plain(e),
        };
        db::migrate(&self.owner).await.map_err(|e| match e {
            service::Error::Unavailable(_) => away(&e),
            e => StartError::Migrate(plain(&e)),
        })
    }

    /// Refuses a login that could never serve before anything is changed for it. What cannot be judged yet is left to
    /// [`Self::check`].
    pub async fn check_early(&self) -> Result<(), StartError> {
        match timeout(REACH, db::check_role(&self.login)).await {
            Ok(Ok(Err(problem @ (RoleProblem::TooOld(_) | RoleProblem::Bypasses(_))))) => {
                Err(refusal(&problem))
            }
            _ => Ok(()),
        }
    }

    /// Makes sure that row level security binds whoever serves.
    pub async fn check(&self) -> Result<(), StartError> {
        let away = |e: &service::Error| StartError::DatabaseAway {
            name: self.name,
            detail: plain(e),
        };
        match db::check_role(&self.login).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(problem)) => Err(refusal(&problem)),
            Err(e) => Err(away(&e)),
        }
    }

    /// Stops our own server.
    pub async fn close(self) {
        if let Some(embedded) = self.embedded {
            embedded.stop().await;
        }
    }
}

fn refusal(problem: &RoleProblem) -> StartError {
    match problem {
        RoleProblem::TooOld(_) => StartError::OldPostgres(problem.to_string()),
        _ => StartError::Role(problem.to_string()),
    }
}

fn parse(name: &'static str, url: &SecretString) -> Result<ConnectOptions, StartError> {
    let text = url.expose_secret();
    let problem = |detail: String| StartError::DatabaseUrl { name, detail };
    if !(text.starts_with("postgres://") || text.starts_with("postgresql://")) {
        return Err(problem("it does not begin with postgres://".into()));
    }
    let options = text.parse::<ConnectOptions>();
    options.map(db::protected).map_err(|e| problem(e.to_string()))
}

/// One line, without the parts that only say again that something failed.
fn plain(error: &service::Error) -> String {
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
