//! `jobhax admin`: manages accounts, workspaces and encrypted secrets. It can run while servers are running, uses the database login for
//! serving, and never prints secrets.

use super::{database::Database, print};
use crate::{
    config::{Admin, AdminArea, LogFormat, TenantsCommand, UsersCommand},
    error::StartupError,
    telemetry,
};
use serde::Serialize;
use service::{
    Services,
    admin::{self, TenantSummary, UserSummary},
    auth::HashCost,
    platform::{clock::SystemClock, crypto::keys::Keys, db::Db, rng::SystemRng},
};
use std::{
    fmt::Write as _,
    io::{self, Write as _},
    path::Path,
    sync::Arc,
};

/// Maximum number of database connections.
const POOL_SIZE: u32 = 2;

/// Creates the services for a command that uses this database.
pub(super) fn services(
    database: &Database,
    key_file: &Path,
    data_dir: &Path,
) -> Result<Services, StartupError> {
    let keys = Keys::load(key_file, &SystemRng).map_err(|e| failed(&e))?;
    Services::new(
        Db::connect(database.login.clone(), POOL_SIZE),
        Arc::new(SystemClock),
        Arc::new(SystemRng),
        keys,
        "http://localhost",
        HashCost::PRODUCTION,
        data_dir.to_owned(),
    )
    .map_err(|e| failed(&e))
}

/// Runs one command.
pub async fn run(config: Admin) -> Result<(), StartupError> {
    telemetry::init("warn", LogFormat::Text)?;
    let database = Database::open_beside_server(&config.database, &SystemRng).await?;
    let services = services(&database, &config.key_file(), &config.database.data_dir)?;
    let result = match &config.area {
        AdminArea::Users(command) => users(&services, &config, command).await,
        AdminArea::Tenants(command) => tenants(&services, &config, command).await,
        AdminArea::Reencrypt => reencrypt(&services, &config).await,
    };
    database.close().await;
    result
}

async fn users(services: &Services, config: &Admin, command: &UsersCommand) -> Result<(), StartupError> {
    let (user, verb) = match command {
        UsersCommand::List => return print_users(config, &all_users(services, None).await?),
        UsersCommand::Find { text } => return print_users(config, &all_users(services, Some(text)).await?),
        UsersCommand::Lock { user } => (user, "Lock"),
        UsersCommand::Unlock { user } => (user, "Unlock"),
        UsersCommand::Delete { user } => (user, "Delete"),
        UsersCommand::ResendVerification { user } => (user, "Send the confirmation again to"),
    };
    let found = find_user(services, user).await?;
    confirm(
        config,
        &format!("{verb} the account {}", found.email),
        &found.email,
    )?;
    let done = match command {
        UsersCommand::Lock { .. } => admin::lock_user(services, found.id).await.map(|()| "locked"),
        UsersCommand::Unlock { .. } => admin::unlock_user(services, found.id).await.map(|()| "unlocked"),
        UsersCommand::Delete { .. } => admin::delete_user(services, found.id).await.map(|()| "deleted"),
        _ => admin::resend_verification(services, found.id)
            .await
            .map(|is_sent| if is_sent { "queued" } else { "confirmed already" }),
    };
    report(config, &found.email, done.map_err(|e| failed(&e))?)
}

async fn tenants(services: &Services, config: &Admin, command: &TenantsCommand) -> Result<(), StartupError> {
    match command {
        TenantsCommand::List => print_tenants(config, &all_tenants(services, None).await?),
        TenantsCommand::Find { text } => print_tenants(config, &all_tenants(services, Some(text)).await?),
        TenantsCommand::MakeOwner { tenant, user } => {
            let (tenant, user) = (
                find_tenant(services, tenant).await?,
                find_user(services, user).await?,
            );
            let question = format!("Make {} an owner of {}", user.email, tenant.slug);
            confirm(config, &question, &tenant.slug)?;
            admin::make_owner(services, tenant.id, user.id)
                .await
                .map_err(|e| failed(&e))?;
            report(config, &tenant.slug, "owner added")
        }
        TenantsCommand::Delete {
            tenant,
            confirm: typed,
        } => {
            let tenant = find_tenant(services, tenant).await?;
            if tenant.kind == "personal" {
                return Err(StartupError::Other(format!(
                    "{} is a personal workspace, which is deleted together with the account: jobhax admin users delete",
                    tenant.slug
                )));
            }
            let question = format!(
                "Delete {} and move its members' applications to their personal workspaces",
                tenant.slug
            );
            match typed {
                Some(typed) if *typed == tenant.slug => {}
                Some(_) => return Err(not_confirmed()),
                None => ask(&question, &tenant.slug)?,
            }
            admin::delete_tenant(services, tenant.id)
                .await
                .map_err(|e| failed(&e))?;
            report(config, &tenant.slug, "closed, and being deleted by the server")
        }
        TenantsCommand::Quota { tenant, quota, limit } => {
            let tenant = find_tenant(services, tenant).await?;
            admin::set_quota(services, tenant.id, *quota, limit.0)
                .await
                .map_err(|e| failed(&e))?;
            report(config, &tenant.slug, "quota set")
        }
    }
}

async fn reencrypt(services: &Services, config: &Admin) -> Result<(), StartupError> {
    let result = admin::reencrypt_secrets(services).await.map_err(|e| failed(&e))?;
    if config.json {
        return print_json(&result);
    }
    let mut text = format!("secrets re-encrypted: {}\n", result.reencrypted);
    if result.unreadable > 0 {
        let _ = writeln!(
            text,
            "secrets that cannot be decrypted, because they were changed outside of jobhax: {}. The warnings above name them",
            result.unreadable
        );
    }
    print(&text)
}

async fn all_users(services: &Services, q: Option<&str>) -> Result<Vec<UserSummary>, StartupError> {
    admin::list_users(services, q).await.map_err(|e| failed(&e))
}

async fn all_tenants(services: &Services, q: Option<&str>) -> Result<Vec<TenantSummary>, StartupError> {
    admin::list_tenants(services, q).await.map_err(|e| failed(&e))
}

/// The account with exactly this id or address.
async fn find_user(services: &Services, text: &str) -> Result<UserSummary, StartupError> {
    let found = all_users(services, Some(text)).await?;
    let is_meant = |user: &UserSummary| user.id.to_string() == text || user.email.eq_ignore_ascii_case(text);
    found
        .into_iter()
        .find(is_meant)
        .ok_or_else(|| StartupError::Other(format!("there is no account {text}")))
}

/// The workspace with exactly this id or slug.
async fn find_tenant(services: &Services, text: &str) -> Result<TenantSummary, StartupError> {
    let found = all_tenants(services, Some(text)).await?;
    let is_meant = |tenant: &TenantSummary| tenant.id.to_string() == text || tenant.slug == text;
    found
        .into_iter()
        .find(is_meant)
        .ok_or_else(|| StartupError::Other(format!("there is no workspace {text}")))
}

/// Asks the operator to type the name, unless `--yes` was given.
fn confirm(config: &Admin, question: &str, name: &str) -> Result<(), StartupError> {
    if config.yes {
        return Ok(());
    }
    ask(question, name)
}

fn ask(question: &str, name: &str) -> Result<(), StartupError> {
    let _ = write!(io::stderr(), "{question}? Type {name} to confirm: ");
    let mut typed = String::new();
    let is_read = io::stdin().read_line(&mut typed).is_ok();
    if is_read && typed.trim() == name {
        Ok(())
    } else {
        Err(not_confirmed())
    }
}

fn not_confirmed() -> StartupError {
    StartupError::Other("not confirmed, nothing was changed".into())
}

fn report(config: &Admin, name: &str, done: &str) -> Result<(), StartupError> {
    if config.json {
        return print_json(&serde_json::json!({ "name": name, "result": done }));
    }
    print(&format!("{name}: {done}\n"))
}

fn print_users(config: &Admin, users: &[UserSummary]) -> Result<(), StartupError> {
    if config.json {
        return print_json(&users);
    }
    let mut text = String::new();
    for user in users {
        let verified = if user.email_verified {
            ""
        } else {
            ", not confirmed"
        };
        let locked = if user.locked_at.is_some() { ", locked" } else { "" };
        let _ = writeln!(
            text,
            "{}  {}  {}{verified}{locked}  [{}]",
            user.id,
            user.email,
            user.name,
            user.tenants.join(" ")
        );
    }
    print(&text)
}

fn print_tenants(config: &Admin, tenants: &[TenantSummary]) -> Result<(), StartupError> {
    if config.json {
        return print_json(&tenants);
    }
    let mut text = String::new();
    for tenant in tenants {
        let _ = writeln!(
            text,
            "{}  {}  {}  {}, {} members  {}",
            tenant.id, tenant.slug, tenant.name, tenant.kind, tenant.members, tenant.quotas
        );
    }
    print(&text)
}

fn print_json(value: &impl Serialize) -> Result<(), StartupError> {
    let text = serde_json::to_string_pretty(value).map_err(|e| StartupError::Other(e.to_string()))?;
    print(&format!("{text}\n"))
}

fn failed(error: &service::Error) -> StartupError {
    StartupError::Other(error.to_string())
}
