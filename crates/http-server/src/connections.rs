//! The table of open connections: limits their number in total and per client, and the memory that waits for clients, and chooses which
//! connection to close to make room.

use crate::{config::Config, connection_state::ConnectionState, waiting::Total};
use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// Additional connections beyond the limit, for health probes.
pub(crate) const RESERVE: usize = 32;

/// When the server is nearly full, only connections that have waited for a request for at least this long are evicted.
const EVICTION_GRACE: Duration = Duration::from_millis(250);

/// The open connections of a server.
#[derive(Clone)]
pub(crate) struct Connections(Arc<Shared>);

struct Shared {
    table: Mutex<Table>,
    waiting_bytes: Total,
    max_waiting_bytes: usize,
}

struct Table {
    config: Config,
    open: HashMap<u64, Entry>,
    last_id: u64,
}

struct Entry {
    /// Address of the client; `None` for a trusted proxy.
    client: Option<IpAddr>,
    is_reserve: bool,
    state: ConnectionState,
}

/// The waiting connections of a client, ordered by the time they started to wait, with their bytes.
type Waiting = BTreeMap<(Instant, u64), usize>;

/// An admitted connection. Dropping it removes the connection from the table.
pub(crate) struct Slot {
    id: u64,
    connections: Connections,
    /// Whether the connection is part of the reserve, which only answers health probes.
    pub(crate) is_reserve: bool,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.connections.table().open.remove(&self.id);
    }
}

impl Connections {
    pub(crate) fn new(config: Config) -> Self {
        Self(Arc::new(Shared {
            max_waiting_bytes: config.max_waiting_bytes,
            waiting_bytes: Total::default(),
            table: Mutex::new(Table {
                config,
                open: HashMap::new(),
                last_id: 0,
            }),
        }))
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The total number of bytes that wait for clients.
    pub(crate) fn waiting_bytes(&self) -> Total {
        self.0.waiting_bytes.clone()
    }

    /// While too many bytes wait for clients, closes connections of the client with the most waiting bytes, longest waiting first. Must not
    /// be called while holding the lock of a connection.
    pub(crate) fn limit_waiting_bytes(&self) {
        let is_exceeded = || self.0.waiting_bytes.get() > self.0.max_waiting_bytes;
        if is_exceeded() {
            self.table().evict_waiting(is_exceeded);
        }
    }

    /// Admits a connection, if necessary by evicting one that waits for a request. `None` if the reserve is full, too.
    pub(crate) fn admit(&self, address: IpAddr, state: ConnectionState) -> Option<Slot> {
        let mut table = self.table();
        let client = table.config.client_key(address);
        let is_reserve = !table.has_room(client);
        if is_reserve
            && table.count(|entry| entry.is_reserve) >= RESERVE
            && !table.evict_one(Duration::ZERO, |entry| entry.is_reserve)
        {
            return None;
        }
        table.last_id += 1;
        let id = table.last_id;
        table.open.insert(
            id,
            Entry {
                client,
                is_reserve,
                state,
            },
        );
        drop(table);
        Some(Slot {
            id,
            connections: self.clone(),
            is_reserve,
        })
    }
}

impl Table {
    /// Whether the client can have a regular connection, possibly after evicting another one.
    fn has_room(&mut self, client: Option<IpAddr>) -> bool {
        let is_regular = |entry: &Entry| !entry.is_reserve;
        let is_same = |entry: &Entry| is_regular(entry) && entry.client == client;
        if client.is_some()
            && self.count(is_same) >= self.config.max_connections_per_address
            && !self.evict_one(Duration::ZERO, is_same)
        {
            return false;
        }
        let max = self.config.max_connections;
        let regular = self.count(is_regular);
        if regular >= max {
            return self.evict_one(Duration::ZERO, is_regular);
        }
        if regular >= max - max / 10 {
            self.evict_one(EVICTION_GRACE, is_regular);
        }
        true
    }

    fn evict_waiting(&mut self, is_exceeded: impl Fn() -> bool) {
        let mut clients: HashMap<Option<IpAddr>, (usize, Waiting)> = HashMap::new();
        for (id, entry) in &self.open {
            if let Some((since, bytes)) = entry.state.waiting_bytes() {
                let (total, connections) = clients.entry(entry.client).or_default();
                *total += bytes;
                connections.insert((since, *id), bytes);
            }
        }
        // Evicting a connection subtracts its bytes from the total.
        while is_exceeded() {
            let Some((total, connections)) = clients.values_mut().max_by_key(|(total, _)| *total) else {
                break;
            };
            let Some(((_, id), bytes)) = connections.pop_first() else {
                break;
            };
            *total -= bytes;
            if let Some(entry) = self.open.remove(&id) {
                entry.state.evict();
                tracing::debug!(client = ?entry.client, bytes, "connection closed, too many bytes wait for clients");
            }
        }
    }

    fn count(&self, matches: impl Fn(&Entry) -> bool) -> usize {
        self.open.values().filter(|entry| matches(entry)).count()
    }

    /// Closes the connection that has waited longest for a request or its headers, if it has waited for at least `waiting_for`.
    fn evict_one(&mut self, waiting_for: Duration, matches: impl Fn(&Entry) -> bool) -> bool {
        let waiting = self.open.iter().filter(|(_, entry)| matches(entry));
        let longest = waiting
            .filter_map(|(id, entry)| Some((entry.state.waiting_since()?, *id)))
            .min()
            .filter(|(since, _)| since.elapsed() >= waiting_for);
        let Some(entry) = longest.and_then(|(_, id)| self.open.remove(&id)) else {
            return false;
        };
        entry.state.evict();
        true
    }
}
