//! The checks of `jobhax doctor`.

use super::Finding;
use crate::{cli::database::Database, config::Serve};
use service::{
    auth::oauth::Providers,
    platform::{
        clock::{Clock as _, SystemClock},
        crypto::key_file::KeyFile,
        db,
        files::{free_bytes, is_writable},
        rng::SystemRng,
    },
};
use std::time::Duration;

const MIN_FREE_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// Maximum difference of the clocks. Beyond it, access tokens and sign-ins with providers fail.
const MAX_CLOCK_SKEW: Duration = Duration::from_secs(30);

/// Checks without network access: public URL, key file, data directory.
pub(super) fn local(config: &Serve) -> Vec<Finding> {
    vec![public_url(config), key_file(config), data_dir(config)]
}

fn public_url(config: &Serve) -> Finding {
    let url = config.http.public_url();
    let check = "public URL";
    let host = url.split("://").nth(1).unwrap_or_default();
    let is_local = ["localhost", "127.", "[::1]"]
        .iter()
        .any(|local| host.starts_with(local));
    if is_local && config.http.listen.ip().is_loopback() {
        return Finding::ok(check, format!("{url}, only on this machine"));
    }
    let remedy = "set JOBHAX_PUBLIC_URL to the https:// address that users open";
    if is_local {
        return Finding::problem(
            check,
            format!(
                "{url} works only on this machine, but the server listens on {}",
                config.http.listen
            ),
            remedy,
        );
    }
    if !config.http.is_https() {
        return Finding::problem(
            check,
            format!("{url} is not https: cookies and passwords are readable"),
            remedy,
        );
    }
    Finding::ok(check, url)
}

fn key_file(config: &Serve) -> Finding {
    let path = config.key_file();
    let (check, shown) = ("key file", path.display());
    match KeyFile::read(&path) {
        Ok(Some(_)) => Finding::ok(check, format!("{shown} is valid and private")),
        Ok(None) => Finding::warning(
            check,
            format!("{shown} does not exist"),
            "it is created at the first start; if there was one, restore it from the backup before",
        ),
        Err(error) => Finding::problem(
            check,
            error.to_string(),
            "see the message; restore it from the backup if needed",
        ),
    }
}

fn data_dir(config: &Serve) -> Finding {
    let path = &config.database.data_dir;
    let (check, shown) = ("data directory", path.display());
    if !path.exists() {
        return Finding::warning(
            check,
            format!("{shown} does not exist"),
            "it is created at the first start",
        );
    }
    if !is_writable(path) {
        let remedy = "make the user that runs jobhax its owner, or set JOBHAX_DATA_DIR";
        return Finding::problem(check, format!("{shown} is not writable"), remedy);
    }
    match free_bytes(path) {
        Ok(free) if free < MIN_FREE_BYTES => {
            let detail = format!("{shown} has {} MiB free", free / (1024 * 1024));
            Finding::problem(
                check,
                detail,
                "free at least 2 GiB: uploads are rejected on a full disk",
            )
        }
        Ok(free) => Finding::ok(check, format!("{shown} is writable, {} GiB free", free >> 30)),
        Err(error) => Finding::problem(check, format!("{shown}: {error}"), "check the file system"),
    }
}

/// Checks the database: reachability, version, role, migrations, row level security, clock.
pub(super) async fn database(config: &Serve) -> Vec<Finding> {
    let check = "database";
    if config.database.database_url.is_none() && !config.database.data_dir.exists() {
        let detail = "none configured and none created";
        return vec![Finding::warning(
            check,
            detail,
            "the first start creates one in the data directory; or set DATABASE_URL",
        )];
    }
    let database = match Database::open_beside_server(&config.database, &SystemRng).await {
        Ok(database) => database,
        Err(error) => return vec![Finding::problem(check, error.to_string(), "correct the setting")],
    };
    let before = SystemClock.now();
    let diagnosis = db::diagnose(&database.login, &database.owner).await;
    let after = SystemClock.now();
    database.close().await;
    let found = match diagnosis {
        Ok(found) => found,
        Err(error) => {
            let remedy = "check DATABASE_URL and whether Postgres is running and accepts this login";
            return vec![Finding::problem(check, error.to_string(), remedy)];
        }
    };
    let mut findings = vec![Finding::ok(check, "reachable")];
    findings.push(match found.role {
        Ok(()) => Finding::ok(
            "database role",
            "row level security applies to it; the version is supported",
        ),
        Err(error) => {
            let remedy =
                "use the login of `jobhax migrate --print-roles` in DATABASE_URL, and a supported Postgres";
            Finding::problem("database role", error.to_string(), remedy)
        }
    });
    findings.push(match found.pending {
        Some(0) => Finding::ok("migrations", "all applied"),
        Some(pending) => Finding::warning(
            "migrations",
            format!("{pending} not applied"),
            "run `jobhax migrate`, or start the server, which does the same",
        ),
        None => Finding::warning(
            "migrations",
            "this login cannot read which are applied",
            "set JOBHAX_MIGRATE_DATABASE_URL to the owner of the schema",
        ),
    });
    findings.push(if found.unforced.is_empty() {
        Finding::ok("row level security", "forced on all tables that have it")
    } else {
        let detail = format!("not forced on {}", found.unforced.join(", "));
        Finding::problem(
            "row level security",
            detail,
            "restore it: alter table … force row level security",
        )
    });
    let skew = (before - found.now).max(found.now - after);
    findings.push(if skew.to_std().is_ok_and(|skew| skew > MAX_CLOCK_SKEW) {
        let detail = format!("differs from the database's by {} seconds", skew.num_seconds());
        Finding::problem("clock", detail, "synchronize both machines with NTP")
    } else {
        Finding::ok("clock", "the same as the database's")
    });
    findings
}

/// Connects to the SMTP server and reads its greeting, without sending an email.
pub(super) async fn email(config: &Serve) -> Vec<Finding> {
    let check = "email";
    let mailer = match config.email.mailer(&config.http) {
        Ok(mailer) => mailer,
        Err(error) => return vec![Finding::problem(check, error.to_string(), "correct the setting")],
    };
    vec![match mailer.check().await {
        None => Finding::warning(
            check,
            "no SMTP server: emails are written to outbox/ in the data directory",
            "set JOBHAX_SMTP_URL",
        ),
        Some(Ok(())) => Finding::ok(check, "the SMTP server responds and accepts the login"),
        Some(Err(error)) => {
            let remedy = "check host, port, user and password in JOBHAX_SMTP_URL, and the firewall";
            Finding::problem(check, error.to_string(), remedy)
        }
    }]
}

/// Requests the metadata of each sign-in provider, or any response.
pub(super) async fn providers(config: &Serve) -> Vec<Finding> {
    let check = "sign-in providers";
    let settings = match config.oauth.settings(config.http.public_url()) {
        Ok(settings) => settings,
        Err(error) => return vec![Finding::problem(check, error.to_string(), "correct the setting")],
    };
    let providers = match Providers::new(&settings) {
        Ok(providers) => providers,
        Err(error) => return vec![Finding::problem(check, error.to_string(), "correct the setting")],
    };
    let results = providers.check(SystemClock.now()).await;
    if results.is_empty() {
        return vec![Finding::ok(check, "none configured")];
    }
    let finding = |(name, result): (String, Result<(), String>)| match result {
        Ok(()) => Finding::ok(&format!("sign-in with {name}"), "reachable"),
        Err(error) => {
            let remedy = "check issuer, network, proxy and DNS of this machine";
            Finding::problem(&format!("sign-in with {name}"), error, remedy)
        }
    };
    results.into_iter().map(finding).collect()
}
