//! `jobhax admin`.

use super::{Database, key_file};
use clap::{Args, Subcommand};
use domain::quotas::Quota;
use std::path::PathBuf;

/// `jobhax admin`.
#[derive(Debug, Args)]
pub struct Admin {
    /// The command.
    #[command(subcommand)]
    pub area: AdminArea,
    /// Database settings.
    #[command(flatten)]
    pub database: Database,
    /// Key file [default: secret.key in the data directory]
    #[arg(long, env = "JOBHAX_SECRET_KEY_FILE")]
    pub secret_key_file: Option<PathBuf>,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Do not ask for confirmation
    #[arg(long, global = true)]
    pub yes: bool,
}

impl Admin {
    /// The path of the key file.
    pub fn key_file(&self) -> PathBuf {
        key_file(self.secret_key_file.as_ref(), &self.database.data_dir)
    }
}

/// The area of the commands.
#[derive(Debug, Subcommand)]
pub enum AdminArea {
    /// Accounts
    #[command(subcommand)]
    Users(UsersCommand),
    /// Workspaces
    #[command(subcommand)]
    Tenants(TenantsCommand),
    /// Encrypt all secrets in the database with the current key, after `jobhax rotate-keys` and a restart of every server
    Reencrypt,
}

/// Commands for accounts. A user is an id or an email address.
#[derive(Debug, Subcommand)]
pub enum UsersCommand {
    /// List the newest accounts, 500 at most
    List,
    /// Find accounts by id, or by part of email address or name
    Find {
        /// The text to search for
        text: String,
    },
    /// End all sessions of an account and refuse to sign it in
    Lock {
        /// Id or email address
        user: String,
    },
    /// Allow a locked account to sign in
    Unlock {
        /// Id or email address
        user: String,
    },
    /// Delete an account with everything that belongs to it
    Delete {
        /// Id or email address
        user: String,
    },
    /// Send the email that confirms the address again
    ResendVerification {
        /// Id or email address
        user: String,
    },
}

/// Commands for workspaces. A tenant is an id or a slug.
#[derive(Debug, Subcommand)]
pub enum TenantsCommand {
    /// List the newest workspaces, 500 at most
    List,
    /// Find workspaces by id, or by part of slug or name
    Find {
        /// The text to search for
        text: String,
    },
    /// Make a member an owner
    MakeOwner {
        /// Id or slug of the workspace
        tenant: String,
        /// Id or email address of the member
        user: String,
    },
    /// Delete an organization with everything in it; the accounts of its members stay
    Delete {
        /// Id or slug of the organization
        tenant: String,
        /// The slug again; without it the command asks for it, also with --yes
        #[arg(long, value_name = "SLUG")]
        confirm: Option<String>,
    },
    /// Set a limit of a workspace, or the default
    Quota {
        /// Id or slug of the workspace
        tenant: String,
        /// `members`, `applications`, `file_bytes` or `mailboxes`
        #[arg(value_parser = parse_quota)]
        quota: Quota,
        /// The limit, or `default`
        #[arg(value_parser = parse_limit)]
        limit: Limit,
    },
}

/// A limit on the command line; `None` is the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(pub Option<i64>);

fn parse_quota(text: &str) -> Result<Quota, String> {
    Quota::parse(text).ok_or_else(|| {
        let names: Vec<&str> = Quota::ALL.iter().map(|quota| quota.as_str()).collect();
        format!("use one of {}", names.join(", "))
    })
}

fn parse_limit(text: &str) -> Result<Limit, String> {
    if text == "default" {
        return Ok(Limit(None));
    }
    match text.parse() {
        Ok(limit) if limit >= 0 => Ok(Limit(Some(limit))),
        _ => Err("use a number from 0, or `default`".into()),
    }
}
