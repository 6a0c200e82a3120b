//! The open connections: how many there may be, of one client and in all, and which one is closed to make room.

use crate::{config::Config, connection::ConnectionState};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Connections beyond the limit, for health probes.
pub(crate) const RESERVE: usize = 32;

/// When the server is only nearly full, connections that have waited for a request for less time are kept.
const EVICTION_GRACE: Duration = Duration::from_millis(250);

/// The open connections of a server.
#[derive(Clone)]
pub(crate) struct Connections(Arc<Mutex<Table>>);

struct Table {
    config: Config,
    open: HashMap<u64, Entry>,
    last_id: u64,
}

struct Entry {
    /// `None` for a trusted proxy.
    client: Option<IpAddr>,
    is_reserve: bool,
    state: ConnectionState,
}

/// An admitted connection; on drop it is over.
pub(crate) struct Slot {
    id: u64,
    connections: Connections,
    /// Whether it is one of the reserve, where only health probes are answered.
    pub(crate) is_reserve: bool,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.connections.table().open.remove(&self.id);
    }
}

impl Connections {
    pub(crate) fn new(config: Config) -> Self {
        Self(Arc::new(Mutex::new(Table {
            config,
            open: HashMap::new(),
            last_id: 0,
        })))
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Admits a connection, if necessary in place of one that has been waiting for a request. `None` if even the reserve is
    /// in use.
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
    /// Whether there is a regular connection for this client, after evicting one if necessary.
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

    fn count(&self, matches: impl Fn(&Entry) -> bool) -> usize {
        self.open.values().filter(|entry| matches(entry)).count()
    }

    /// Closes the connection that has been waiting for a request or for its headers for the longest time, if for this long.
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
