//! `jobhax serve`: from nothing to serving, and back.

use super::database::Opened;
use crate::{
    config::Serve,
    data_folder::DataFolder,
    health::Health,
    http::{listen, listen::Drained},
    start::StartError,
    telemetry, web,
};
use service::{
    Services,
    clock::SystemClock,
    db::Db,
    keys::Keys,
    rng::SystemRng,
    users::{self, HashCost},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
    time::timeout,
};

/// Connections of the pool; Postgres takes 40, and migrations and probes need some.
const POOL: u32 = 16;
/// How often what has expired is removed.
const SWEEP: Duration = Duration::from_secs(600);
/// Connections of the pool that do not close in this time are left to the end of the process.
const CLOSE: Duration = Duration::from_secs(2);

/// Serves until told to stop.
pub async fn run(config: Serve) -> Result<(), StartError> {
    telemetry::start(&config.log, config.log_format)?;
    raise_file_limit(config.patience.connections);
    let folder = DataFolder::open(&config.database.data_dir)?;
    // Before the database: when the port is taken nothing else need be tried.
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|e| StartError::Listen(config.listen, e))?;
    let stop = watch_for_signals()?;
    let database = tokio::select! {
        opened = Opened::open(&config.database, &folder, &SystemRng) => opened?,
        () = told(stop.clone()) => return Ok(()),
    };
    let served = serve(&config, &folder, &database, listener, stop).await;
    database.close().await;
    served
}

/// What lies between a database that runs and its end.
async fn serve(
    config: &Serve,
    folder: &DataFolder,
    database: &Opened,
    listener: TcpListener,
    stop: watch::Receiver<bool>,
) -> Result<(), StartError> {
    tokio::select! {
        ready = async { database.migrate().await?; database.check().await } => ready?,
        () = told(stop.clone()) => return Ok(()),
    }
    let other = |e: service::Error| StartError::Other(e.to_string());
    let keys = Keys::load(&config.secret_key_file(), &SystemRng).map_err(other)?;
    let db = Db::connect(database.login.clone(), POOL);
    let services = Services::new(
        db.clone(),
        Arc::new(SystemClock),
        Arc::new(SystemRng),
        keys,
        &config.public_url(),
        HashCost::SERVING,
        folder.path().to_owned(),
    );
    let services = Arc::new(services.map_err(other)?);
    let health = Health::new(db.clone());
    let router = web::router(&services, config, health.clone())?;

    let sweeping = tokio::spawn(sweep(services.clone()));
    announce(config, &listener);
    let (stuck, fresh) = (health.clone(), database.login.clone());
    let mut pool_failed = false;
    let until = async {
        tokio::select! {
            () = told(stop) => tracing::info!("told to stop: finishing what is at work"),
            () = stuck.pool_is_stuck(&fresh) => {
                tracing::error!("the pool gives no connections although the database answers: ending for a restart");
                pool_failed = true;
            }
        }
        health.leave();
    };
    let drained = listen::serve(listener, router, config.patience, until).await;
    sweeping.abort();
    if drained == Drained::Some {
        tracing::warn!("some clients did not let go in time and were cut off");
    }
    let _ = timeout(CLOSE, db.close()).await;
    if pool_failed {
        Err(StartError::Other(
            "the pool of database connections was stuck; start again".into(),
        ))
    } else {
        Ok(())
    }
}

fn announce(config: &Serve, listener: &TcpListener) {
    let listening = listener.local_addr().unwrap_or(config.listen);
    let url = if config.public_url.is_some() {
        config.public_url()
    } else {
        format!("http://{listening}")
    };
    tracing::info!(%listening, "serving at {url}");
}

/// Removes what has expired, from time to time.
async fn sweep(services: Arc<Services>) {
    loop {
        if let Err(error) = users::sweep(&services).await {
            tracing::warn!(%error, "removing what has expired failed; it is tried again later");
        }
        tokio::time::sleep(SWEEP).await;
    }
}

/// Becomes true at the first signal to stop.
fn watch_for_signals() -> Result<watch::Receiver<bool>, StartError> {
    let problem = |e: std::io::Error| StartError::Other(format!("cannot watch for signals: {e}"));
    let mut terminate = signal(SignalKind::terminate()).map_err(problem)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(problem)?;
    let (told, stop) = watch::channel(false);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            told.send_replace(true);
        }
    });
    Ok(stop)
}

async fn told(mut stop: watch::Receiver<bool>) {
    if stop.wait_for(|told| *told).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Each connection is a file. Shells often allow 1 024 although the machine allows more.
fn raise_file_limit(connections: u32) {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    let wanted = u64::from(connections) + 256;
    if limit.current.is_some_and(|current| current < wanted) {
        limit.current = Some(limit.maximum.map_or(wanted, |most| most.min(wanted)));
        if let Err(error) = setrlimit(Resource::Nofile, limit) {
            tracing::debug!(%error, "the limit of open files stays as it is");
        }
    }
}
