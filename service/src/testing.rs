//! A workbench for tests: services on a test database as the serving login, a clock that stands, people to work with.

use crate::{
    Error, Services,
    clock::ManualClock,
    db::Db,
    keys::Keys,
    limits::{Client, Limits},
    rng::SeededRng,
    tenants::Caller,
    users::{self, HashCost},
};
use chrono::{DateTime, Utc};
use domain::users::RegisterInput;
use sqlx::PgPool;
use std::{path::PathBuf, sync::Arc};

/// The password of everybody on the bench.
pub const PASSWORD: &str = "correct horse battery staple";

/// Services on a test database.
pub struct Bench {
    /// As the server would have them.
    pub services: Services,
    /// Stands at 2026-03-15 12:00 UTC until moved.
    pub clock: Arc<ManualClock>,
    /// The owner's connections, for looking at what is really there.
    pub owner: PgPool,
}

impl Bench {
    /// On a migrated database; `owner` may do everything there.
    pub fn new(owner: PgPool) -> Result<Self, Error> {
        let login = owner.connect_options().as_ref().clone().username("jobhax_login");
        let noon = DateTime::<Utc>::from_timestamp(1_773_576_000, 0)
            .ok_or_else(|| Error::Internal("a time that is none".into()))?;
        let clock = Arc::new(ManualClock::at(noon));
        let rng = Arc::new(SeededRng::new(1));
        let keys = Keys::new([7; 32]);
        let db = Db::connect(login, 5);
        let data = std::env::temp_dir().join(format!("jobhax-bench-{}", std::process::id()));
        let services = Services::new(
            db,
            clock.clone(),
            rng,
            keys,
            "http://bench",
            HashCost::TESTING,
            data,
        )?
        .with_limits(Limits::off());
        Ok(Self {
            services,
            clock,
            owner,
        })
    }

    /// Registers a person named so and calls as them.
    pub async fn person(&self, name: &str) -> Result<Caller, Error> {
        let input = RegisterInput {
            email: format!("{name}@example.org"),
            password: PASSWORD.into(),
            first_name: Some(name.into()),
            last_name: None,
            time_zone: None,
        };
        let tokens = users::register(&self.services, input, &Client::unknown()).await?;
        users::caller_of_token(&self.services, &tokens.access_token).await
    }

    /// A folder for uploads, one for each process.
    pub fn data_dir(&self) -> &PathBuf {
        &self.services.data_dir
    }
}
