//! Database and data directory.

use clap::Args;
use secrecy::SecretString;
use std::path::PathBuf;

/// Where the database is.
#[derive(Debug, Args)]
pub struct Database {
    /// Postgres URL. Without it, an embedded Postgres runs in the data directory
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<SecretString>,
    /// Postgres URL of the schema owner, for migrations, if `DATABASE_URL` has fewer privileges
    #[arg(long, env = "JOBHAX_MIGRATE_DATABASE_URL", hide_env_values = true)]
    pub migrate_database_url: Option<SecretString>,
    /// Directory for the embedded Postgres, keys, uploads
    #[arg(long, env = "JOBHAX_DATA_DIR", default_value = "./data")]
    pub data_dir: PathBuf,
}

/// `jobhax migrate`.
#[derive(Debug, Args)]
pub struct Migrate {
    /// Print the SQL that creates the database roles, for an operator to run, and exit
    #[arg(long)]
    pub print_roles: bool,
    /// Database settings.
    #[command(flatten)]
    pub database: Database,
}
