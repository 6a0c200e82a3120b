//! Notifies open pages of changed data, on all servers.
//!
//! Every transaction that may have written data of a tenant marks it when it commits. Marks are collected for a short time and then sent
//! to all servers in one notification outside of any transaction, so a burst of changes costs few notifications. Notifications contain
//! only ids. If a mark is lost because its server crashes, pages are updated only with the next change.

use domain::{TenantId, UserId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Notify, watch},
    time::Instant,
};
use uuid::Uuid;

/// Notification channel.
pub(crate) const CHANNEL: &str = "jobhax_changes";
/// How long a change is remembered for pages that subscribe after it.
const RETENTION: Duration = Duration::from_mins(2);
/// Added to the age of a page, to allow for clock differences and network delay.
const AGE_MARGIN: Duration = Duration::from_secs(2);
/// Maximum number of subscriptions of a user on this server.
const USER_LIMIT: usize = 20;
/// Maximum number of subscriptions on this server.
const LIMIT: usize = 4096;
/// Maximum number of changes in one notification; its payload has a limit of 8000 bytes.
const MAX_PER_NOTIFICATION: usize = 64;

/// A browser tab, identified by a random id that its page created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tab(Uuid);

impl Tab {
    /// Parses the id; `None` if it is not a UUID.
    pub fn parse(id: &str) -> Option<Self> {
        Uuid::parse_str(id).ok().map(Self)
    }
}

tokio::task_local! {
    /// The tab that sent the current request.
    static TAB: Option<Tab>;
}

/// Runs a request of this tab. Its changes are not announced to the tab itself.
pub async fn with_tab<R>(tab: Option<Tab>, request: impl Future<Output = R>) -> R {
    TAB.scope(tab, request).await
}

/// The users whose data changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Audience {
    tenant: TenantId,
    /// `None` for all members.
    user: Option<UserId>,
}

/// A change, with the tab that caused it if a single tab caused all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Change {
    audience: Audience,
    tab: Option<Tab>,
}

impl Change {
    fn to_line(self) -> String {
        let text = |id: Option<Uuid>| id.map_or_else(|| "-".to_owned(), |id| id.simple().to_string());
        let Audience { tenant, user } = self.audience;
        format!(
            "{} {} {}",
            tenant.0.simple(),
            text(user.map(|user| user.0)),
            text(self.tab.map(|tab| tab.0))
        )
    }

    /// The inverse of [`to_line`](Self::to_line); `None` for a line that this version does not know.
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let id = |word: &str| match word {
            "-" => Some(None),
            word => Uuid::parse_str(word).ok().map(Some),
        };
        Some(Self {
            audience: Audience {
                tenant: id(words.next()?)??.into(),
                user: id(words.next()?)?.map(Into::into),
            },
            tab: id(words.next()?)?.map(Tab),
        })
    }
}

/// Changes, and the requests that wait for them. Clones share both.
#[derive(Clone)]
pub struct Notifier(Arc<NotifierState>);

struct NotifierState {
    /// Marks that are not sent yet.
    marked: Mutex<HashMap<Audience, Option<Tab>>>,
    is_marked: Notify,
    subscribers: Mutex<Subscribers>,
    is_closed: watch::Sender<bool>,
}

#[derive(Default)]
struct Subscribers {
    by_tenant: HashMap<TenantId, HashMap<u64, Subscriber>>,
    last_id: u64,
    count: usize,
    /// The last change of each audience within the retention.
    recent: HashMap<Audience, (Instant, Option<Tab>)>,
    /// Time since when this server has received every change; `None` while it does not listen.
    complete_since: Option<Instant>,
}

struct Subscriber {
    user: UserId,
    tab: Option<Tab>,
    changed: Arc<Notify>,
}

impl Subscriber {
    fn notify_of(&self, change: Change) {
        let is_own = self.tab.is_some() && self.tab == change.tab;
        if change.audience.user.is_none_or(|user| user == self.user) && !is_own {
            self.changed.notify_one();
        }
    }
}

/// A notification of other servers.
pub(crate) struct Notification {
    pub payload: String,
    /// The user whose data changed; without a user, the data of all members.
    pub audiences: Vec<(TenantId, Option<UserId>)>,
}

/// Too many pages of the user, or of all users, wait for changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubscriptionLimitError;

/// Waits for changes until it is dropped.
pub struct Subscription {
    notifier: Notifier,
    tenant: TenantId,
    id: u64,
    changed: Arc<Notify>,
    is_closed: watch::Receiver<bool>,
}

impl Default for Notifier {
    fn default() -> Self {
        Self(Arc::new(NotifierState {
            marked: Mutex::default(),
            is_marked: Notify::new(),
            subscribers: Mutex::default(),
            is_closed: watch::Sender::new(false),
        }))
    }
}

impl Notifier {
    /// Marks data of a user in a tenant as changed.
    pub(crate) fn mark(&self, tenant: TenantId, user: UserId) {
        self.mark_audience(Audience {
            tenant,
            user: Some(user),
        });
    }

    /// Marks data of all members of a tenant as changed.
    pub(crate) fn mark_tenant(&self, tenant: TenantId) {
        self.mark_audience(Audience { tenant, user: None });
    }

    fn mark_audience(&self, audience: Audience) {
        let tab = TAB.try_with(|tab| *tab).unwrap_or_default();
        lock(&self.0.marked)
            .entry(audience)
            .and_modify(|other| *other = other.filter(|other| tab == Some(*other)))
            .or_insert(tab);
        self.0.is_marked.notify_one();
    }

    /// Waits until a change is marked.
    pub(crate) async fn marked(&self) {
        self.0.is_marked.notified().await;
    }

    /// All marks, as notifications.
    pub(crate) fn take(&self) -> Vec<Notification> {
        let marked = std::mem::take(&mut *lock(&self.0.marked));
        let changes: Vec<Change> = marked
            .into_iter()
            .map(|(audience, tab)| Change { audience, tab })
            .collect();
        changes
            .chunks(MAX_PER_NOTIFICATION)
            .map(|changes| Notification {
                payload: changes
                    .iter()
                    .map(|change| change.to_line())
                    .collect::<Vec<_>>()
                    .join("\n"),
                audiences: changes
                    .iter()
                    .map(|change| (change.audience.tenant, change.audience.user))
                    .collect(),
            })
            .collect()
    }

    /// Waits for changes that concern this user. Changes within the last `age` count, too.
    ///
    /// # Errors
    /// [`SubscriptionLimitError`].
    pub fn subscribe(
        &self,
        tenant: TenantId,
        user: UserId,
        tab: Option<Tab>,
        age: Duration,
    ) -> Result<Subscription, SubscriptionLimitError> {
        self.subscribe_at(Instant::now(), tenant, user, tab, age)
    }

    fn subscribe_at(
        &self,
        now: Instant,
        tenant: TenantId,
        user: UserId,
        tab: Option<Tab>,
        age: Duration,
    ) -> Result<Subscription, SubscriptionLimitError> {
        let changed = Arc::new(Notify::new());
        let subscriber = Subscriber {
            user,
            tab,
            changed: changed.clone(),
        };
        let mut subscribers = lock(&self.0.subscribers);
        let of_user = subscribers
            .by_tenant
            .values()
            .flat_map(HashMap::values)
            .filter(|other| other.user == user)
            .count();
        if of_user >= USER_LIMIT || subscribers.count >= LIMIT {
            return Err(SubscriptionLimitError);
        }
        // `None` if the process is younger than that: then it cannot know whether a change was missed.
        let start = now.checked_sub(age.saturating_add(AGE_MARGIN));
        let is_complete = start.is_some_and(|start| {
            age < RETENTION && subscribers.complete_since.is_some_and(|since| since <= start)
        });
        if is_complete {
            for (audience, (at, tab)) in &subscribers.recent {
                if audience.tenant == tenant && start.is_some_and(|start| *at >= start) {
                    subscriber.notify_of(Change {
                        audience: *audience,
                        tab: *tab,
                    });
                }
            }
        } else {
            changed.notify_one();
        }
        subscribers.last_id += 1;
        subscribers.count += 1;
        let id = subscribers.last_id;
        subscribers
            .by_tenant
            .entry(tenant)
            .or_default()
            .insert(id, subscriber);
        Ok(Subscription {
            notifier: self.clone(),
            tenant,
            id,
            changed,
            is_closed: self.0.is_closed.subscribe(),
        })
    }

    /// Passes on the changes of a notification.
    pub(crate) fn deliver(&self, payload: &str) {
        self.deliver_at(Instant::now(), payload);
    }

    fn deliver_at(&self, now: Instant, payload: &str) {
        let mut subscribers = lock(&self.0.subscribers);
        subscribers
            .recent
            .retain(|_, (at, _)| now.saturating_duration_since(*at) < RETENTION);
        for change in payload.lines().filter_map(Change::parse) {
            subscribers
                .recent
                .entry(change.audience)
                .and_modify(|(at, tab)| {
                    // A page that is older than both changes must be notified of the change by the other tab.
                    (*at, *tab) = (now, tab.filter(|tab| change.tab == Some(*tab)));
                })
                .or_insert((now, change.tab));
            let of_tenant = subscribers.by_tenant.get(&change.audience.tenant);
            for subscriber in of_tenant.into_iter().flat_map(HashMap::values) {
                subscriber.notify_of(change);
            }
        }
    }

    /// Called when this server starts to receive every change. Earlier changes may have been missed.
    pub(crate) fn set_connected(&self) {
        self.set_connected_at(Instant::now());
    }

    fn set_connected_at(&self, now: Instant) {
        let mut subscribers = lock(&self.0.subscribers);
        subscribers.complete_since = Some(now);
        for subscriber in subscribers.by_tenant.values().flat_map(HashMap::values) {
            subscriber.changed.notify_one();
        }
    }

    /// Called when this server no longer receives changes.
    pub(crate) fn set_disconnected(&self) {
        lock(&self.0.subscribers).complete_since = None;
    }

    /// Ends all subscriptions, because the server shuts down.
    pub fn close(&self) {
        self.0.is_closed.send_replace(true);
    }

    /// Number of subscriptions on this server.
    pub fn subscriptions(&self) -> usize {
        lock(&self.0.subscribers).count
    }
}

impl Subscription {
    /// Waits for the next change. Several changes since the last call count as one. `false` when the server shuts down.
    pub async fn changed(&mut self) -> bool {
        tokio::select! {
            () = self.changed.notified() => true,
            _ = self.is_closed.wait_for(|is_closed| *is_closed) => false,
        }
    }

    /// Returns after this time, or earlier with `false` when the server shuts down.
    pub async fn sleep(&mut self, duration: Duration) -> bool {
        tokio::select! {
            () = tokio::time::sleep(duration) => true,
            _ = self.is_closed.wait_for(|is_closed| *is_closed) => false,
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut subscribers = lock(&self.notifier.0.subscribers);
        subscribers.count -= 1;
        if let Some(of_tenant) = subscribers.by_tenant.get_mut(&self.tenant) {
            of_tenant.remove(&self.id);
            if of_tenant.is_empty() {
                subscribers.by_tenant.remove(&self.tenant);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
