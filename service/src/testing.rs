//! Services on a test database, for integration tests.

use crate::{
    Error, Services,
    auth::{self, Channel, HashCost},
    context::{Caller, ClientInfo},
    platform::{
        clock::ManualClock,
        crypto::{
            EncryptedColumn,
            column_cipher::{self, AssociatedData},
            keys::Keys,
        },
        db::Db,
        rng::{self, SeededRng, SystemRng},
    },
    rate_limit::Limits,
};
use chrono::{DateTime, Utc};
use domain::auth::RegisterInput;
use secrecy::ExposeSecret as _;
use sqlx::PgPool;
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::{Arc, OnceLock},
};
use uuid::Uuid;

/// The password of all test users.
pub const PASSWORD: &str = "correct horse battery staple";

/// No name server listens on this port, so that tests send no DNS queries to the outside.
const CLOSED_PORT: u16 = 9;

/// The data directory of this process. Its name is random: process ids are reused, and files of an earlier process have the same seeded
/// ids.
fn data_dir() -> PathBuf {
    static DATA_DIR: OnceLock<PathBuf> = OnceLock::new();
    let new = || std::env::temp_dir().join(format!("jobhax-test-app-{}", rng::secret(&SystemRng)));
    DATA_DIR.get_or_init(new).clone()
}

/// Services on a test database.
pub struct TestApp {
    /// Connected with the same login role as in production.
    pub services: Services,
    /// Starts at 2026-03-15 12:00 UTC.
    pub clock: Arc<ManualClock>,
    /// Connections of the database owner, to inspect and prepare data without row level security.
    pub owner: PgPool,
}

impl TestApp {
    /// On a migrated database. Rate limits are off.
    pub fn new(owner: PgPool) -> Result<Self, Error> {
        let login = owner.connect_options().as_ref().clone().username("jobhax_login");
        let noon = DateTime::<Utc>::from_timestamp(1_773_576_000, 0)
            .ok_or_else(|| Error::Internal("invalid start time of the test clock".into()))?;
        let clock = Arc::new(ManualClock::at(noon));
        let rng = Arc::new(SeededRng::new(1));
        let keys = Keys::new([7; 32]);
        let db = Db::connect(login, 5);
        let services = Services::new(
            db,
            clock.clone(),
            rng,
            keys,
            "http://test-app",
            HashCost::TESTING,
            data_dir(),
        )?
        .with_limits(Limits::off())
        .with_dns_server(SocketAddr::from((Ipv4Addr::LOCALHOST, CLOSED_PORT)))?;
        Ok(Self {
            services,
            clock,
            owner,
        })
    }

    /// Registers a user with this first name and returns them as an API caller.
    pub async fn register_user(&self, name: &str) -> Result<Caller, Error> {
        let input = RegisterInput {
            email: format!("{name}@example.org"),
            password: PASSWORD.into(),
            first_name: Some(name.into()),
            last_name: None,
            time_zone: None,
        };
        let client = ClientInfo::unknown();
        let tokens = auth::register(&self.services, input, &client, Channel::Api)
            .await?
            .into_tokens()?;
        auth::authenticate_token(&self.services, &tokens.access_token).await
    }

    /// Replaces the key, as after `jobhax rotate-keys` and a restart.
    pub fn rotate_key(&mut self) {
        self.services.keys = Arc::new(Keys::new([8; 32]).with_previous([7; 32]));
    }

    /// Removes the previous key, as after `jobhax rotate-keys --forget` and a restart.
    pub fn remove_previous_key(&mut self) {
        self.services.keys = Arc::new(Keys::new([8; 32]));
    }

    /// Encrypts the value of a column with the current key.
    pub fn encrypt(
        &self,
        column: EncryptedColumn,
        tenant: Uuid,
        row: Uuid,
        value: &str,
    ) -> Result<Vec<u8>, Error> {
        let associated_data = AssociatedData { column, tenant, row };
        let (keys, rng) = (&self.services.keys, self.services.rng.as_ref());
        column_cipher::encrypt(keys, rng, associated_data, &value.into())
    }

    /// Decrypts the value of a column.
    pub fn decrypt(
        &self,
        column: EncryptedColumn,
        tenant: Uuid,
        row: Uuid,
        ciphertext: &[u8],
    ) -> Result<String, Error> {
        let associated_data = AssociatedData { column, tenant, row };
        let value = column_cipher::decrypt(&self.services.keys, associated_data, ciphertext)?;
        Ok(value.expose_secret().to_owned())
    }

    /// The data directory, shared by all tests of the process.
    pub fn data_dir(&self) -> &PathBuf {
        &self.services.data_dir
    }
}
