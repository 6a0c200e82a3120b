//! Who stands behind access tokens, kept in memory, so that most requests ask the database nothing about it.
//!
//! What is kept is believed only until a moment that [`revocation`](super::revocation) moves on again and again, as long
//! as the database still tells this server of everything that was revoked. Without that, every request asks.

use chrono::{DateTime, Utc};
use domain::{SessionId, TenantId, UserId, tenants::Tenant, users::User};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::Duration,
};
use tokio::time::Instant;

/// So many are kept, at about a kilobyte each. Beyond it every second one is dropped.
const MOST: usize = 10_000;
/// What is kept longer is asked for again, even if nothing was heard about it.
const OLDEST: Duration = Duration::from_mins(1);

/// Something whose callers must be asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Revoked {
    /// A session has ended.
    Session(SessionId),
    /// A person changed, left, or their part in a workspace did.
    User(UserId),
    /// A workspace changed or is gone.
    Tenant(TenantId),
    /// Something that this build does not know: nobody is believed any more.
    Everything,
}

impl Revoked {
    /// Reads what the database tells, as the migration `0008_revocation` writes it.
    pub(crate) fn parse(payload: &str) -> Self {
        let (kind, id) = payload.split_once(' ').unwrap_or_default();
        let parsed = match kind {
            "session" => id.parse().map(Self::Session),
            "user" => id.parse().map(Self::User),
            "tenant" => id.parse().map(Self::Tenant),
            _ => Ok(Self::Everything),
        };
        parsed.unwrap_or(Self::Everything)
    }
}

/// A person in a workspace, by a session.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub user: User,
    pub tenant: Tenant,
    /// When the session ends by itself.
    pub session_ends: DateTime<Utc>,
}

/// What is in memory about a caller.
#[derive(Debug)]
pub(crate) enum Found {
    /// It is there and holds.
    Known(Box<Known>),
    /// The database has to be asked. With the ticket the answer may be kept, unless something was revoked meanwhile.
    Unknown(Ticket),
}

/// The state of things before the database was asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket(u64);

/// The callers that are kept. Clones share them.
#[derive(Clone, Default)]
pub struct Callers(Arc<RwLock<State>>);

#[derive(Default)]
struct State {
    kept: HashMap<(SessionId, TenantId), (Known, Instant)>,
    believed_until: Option<Instant>,
    /// Counts revocations: an answer from before one must not be kept after it.
    revocations: u64,
}

impl State {
    fn believed(&self, at: Instant) -> bool {
        self.believed_until.is_some_and(|until| at < until)
    }
}

impl Callers {
    /// Looks for a caller.
    pub(crate) fn find(
        &self,
        session: SessionId,
        user: UserId,
        tenant: TenantId,
        now: DateTime<Utc>,
    ) -> Found {
        self.find_at(Instant::now(), session, user, tenant, now)
    }

    fn find_at(
        &self,
        at: Instant,
        session: SessionId,
        user: UserId,
        tenant: TenantId,
        now: DateTime<Utc>,
    ) -> Found {
        let state = self.read();
        let kept = state
            .kept
            .get(&(session, tenant))
            .filter(|_| state.believed(at))
            .filter(|(known, since)| {
                known.user.id == user
                    && known.session_ends > now
                    && at.saturating_duration_since(*since) < OLDEST
            });
        match kept {
            Some((known, _)) => Found::Known(Box::new(known.clone())),
            None => Found::Unknown(Ticket(state.revocations)),
        }
    }

    /// Keeps what the database answered, if it can be believed and nothing was revoked since the ticket was drawn.
    pub(crate) fn keep(&self, ticket: Ticket, session: SessionId, known: Known) {
        let mut state = self.write();
        if ticket.0 != state.revocations || !state.believed(Instant::now()) {
            return;
        }
        if state.kept.len() >= MOST {
            let mut odd = false;
            state.kept.retain(|_, _| {
                odd = !odd;
                odd
            });
        }
        let key = (session, known.tenant.id);
        state.kept.insert(key, (known, Instant::now()));
    }

    /// Forgets whom this concerns, from now on and before anybody else is told.
    pub(crate) fn revoke(&self, revoked: impl IntoIterator<Item = Revoked>) {
        let revoked: HashSet<Revoked> = revoked.into_iter().collect();
        if revoked.is_empty() {
            return;
        }
        let mut state = self.write();
        state.revocations += 1;
        if revoked.contains(&Revoked::Everything) {
            state.kept.clear();
            return;
        }
        state.kept.retain(|(session, tenant), (known, _)| {
            !revoked.contains(&Revoked::Session(*session))
                && !revoked.contains(&Revoked::Tenant(*tenant))
                && !revoked.contains(&Revoked::User(known.user.id))
        });
    }

    /// Believes what is kept until then: everything revoked so far has been told.
    pub(super) fn believe_until(&self, until: Instant) {
        self.write().believed_until = Some(until);
    }

    /// Believes nothing any more, and keeps nothing.
    pub(super) fn doubt(&self) {
        let mut state = self.write();
        state.revocations += 1;
        state.believed_until = None;
        state.kept.clear();
    }

    /// Forgets everybody, as if nobody had been asked for yet, and goes on keeping.
    #[cfg(feature = "testing")]
    pub fn forget_all(&self) {
        self.write().kept.clear();
    }

    /// Whether what is kept is believed at this moment.
    pub fn believed(&self) -> bool {
        self.read().believed(Instant::now())
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::tenants::{Role, TenantKind};
    use uuid::Uuid;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn known(user: u128, tenant: u128) -> Known {
        Known {
            user: User {
                id: Uuid::from_u128(user).into(),
                email: "a@example.org".into(),
                first_name: None,
                last_name: None,
                email_verified: false,
                time_zone: "UTC".into(),
            },
            tenant: Tenant {
                id: Uuid::from_u128(tenant).into(),
                slug: "a".into(),
                name: "a".into(),
                kind: TenantKind::Personal,
                role: Role::Owner,
            },
            session_ends: NOW + chrono::TimeDelta::days(1),
        }
    }

    fn session(n: u128) -> SessionId {
        Uuid::from_u128(n).into()
    }

    fn find(callers: &Callers, later: Duration, n: u128, user: u128, tenant: u128) -> Found {
        callers.find_at(
            Instant::now() + later,
            session(n),
            Uuid::from_u128(user).into(),
            Uuid::from_u128(tenant).into(),
            NOW,
        )
    }

    fn keep(callers: &Callers, n: u128, user: u128, tenant: u128) {
        match find(callers, Duration::ZERO, n, user, tenant) {
            Found::Unknown(ticket) => callers.keep(ticket, session(n), known(user, tenant)),
            Found::Known(_) => panic!("kept already"),
        }
    }

    fn has(callers: &Callers, n: u128, user: u128, tenant: u128) -> bool {
        matches!(find(callers, Duration::ZERO, n, user, tenant), Found::Known(_))
    }

    fn trusting() -> Callers {
        let callers = Callers::default();
        callers.believe_until(Instant::now() + Duration::from_hours(1));
        callers
    }

    #[test]
    fn nothing_is_believed_before_after_and_without_news() {
        let callers = Callers::default();
        keep(&callers, 1, 1, 1);
        assert!(!has(&callers, 1, 1, 1), "nothing is heard yet");
        callers.believe_until(Instant::now() + Duration::from_secs(30));
        keep(&callers, 1, 1, 1);
        assert!(has(&callers, 1, 1, 1));
        assert!(!has(&callers, 1, 2, 1), "another's session");
        assert!(!has(&callers, 1, 1, 2), "another workspace");
        let after = |seconds| {
            matches!(
                find(&callers, Duration::from_secs(seconds), 1, 1, 1),
                Found::Known(_)
            )
        };
        assert!(!after(31), "nothing was heard for too long");
        callers.believe_until(Instant::now() + Duration::from_hours(1));
        assert!(after(31), "nothing was missed");
        assert!(!after(61), "too old");
    }

    #[test]
    fn a_session_ends_by_itself() {
        let callers = trusting();
        keep(&callers, 1, 1, 1);
        let later = NOW + chrono::TimeDelta::days(1);
        let found = callers.find(
            session(1),
            Uuid::from_u128(1).into(),
            Uuid::from_u128(1).into(),
            later,
        );
        assert!(matches!(found, Found::Unknown(_)));
    }

    #[test]
    fn each_kind_of_news_forgets_whom_it_concerns() {
        for (payload, gone) in [
            (
                "session 00000000-0000-0000-0000-000000000001",
                [true, false, false],
            ),
            ("user 00000000-0000-0000-0000-000000000001", [true, true, false]),
            ("tenant 00000000-0000-0000-0000-000000000002", [false, true, true]),
            ("session 00000000-0000-0000-0000-000000000009", [false; 3]),
            ("planet 00000000-0000-0000-0000-000000000001", [true; 3]),
            ("session 1", [true; 3]),
            ("", [true; 3]),
        ] {
            let callers = trusting();
            let people = [(1, 1, 1), (2, 1, 2), (3, 3, 2)];
            for (n, user, tenant) in people {
                keep(&callers, n, user, tenant);
            }
            callers.revoke([Revoked::parse(payload)]);
            let found = people.map(|(n, user, tenant)| !has(&callers, n, user, tenant));
            assert_eq!(found, gone, "{payload}");
        }
    }

    /// The database was asked, then something was revoked, then the old answer came.
    #[test]
    fn an_answer_from_before_a_revocation_is_not_kept() {
        let callers = trusting();
        for revoke in [
            (|c: &Callers| c.revoke([Revoked::Session(session(1))])) as fn(&Callers),
            |c| {
                c.doubt();
                c.believe_until(Instant::now() + Duration::from_hours(1));
            },
        ] {
            let Found::Unknown(ticket) = find(&callers, Duration::ZERO, 1, 1, 1) else {
                panic!("nobody is kept yet")
            };
            revoke(&callers);
            callers.keep(ticket, session(1), known(1, 1));
            assert!(!has(&callers, 1, 1, 1));
        }
    }

    #[test]
    fn only_so_many_are_kept() {
        let callers = trusting();
        for n in 0..=MOST as u128 {
            keep(&callers, n, n, n);
        }
        assert!(has(&callers, MOST as u128, MOST as u128, MOST as u128));
        let kept = callers.read().kept.len();
        assert!((MOST / 2..=MOST / 2 + 1).contains(&kept), "{kept}");
    }
}
