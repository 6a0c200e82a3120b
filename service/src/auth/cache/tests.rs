use super::*;
use domain::tenants::{Role, TenantKind};
use uuid::Uuid;

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn context(user: u128, tenant: u128) -> AuthContext {
    AuthContext {
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
        expires_at: Some(NOW + chrono::TimeDelta::days(1)),
        key: None,
    }
}

fn session(n: u128) -> SessionId {
    Uuid::from_u128(n).into()
}

fn credential(n: u128, tenant: u128) -> Credential {
    Credential::Session(session(n), Uuid::from_u128(tenant).into())
}

fn get(cache: &AuthCache, later: Duration, n: u128, user: u128, tenant: u128) -> Lookup {
    cache.get_at(
        Instant::now() + later,
        &credential(n, tenant),
        Some(Uuid::from_u128(user).into()),
        NOW,
    )
}

fn insert(cache: &AuthCache, n: u128, user: u128, tenant: u128) {
    match get(cache, Duration::ZERO, n, user, tenant) {
        Lookup::Miss(generation) => cache.insert(generation, credential(n, tenant), context(user, tenant)),
        Lookup::Hit(_) => panic!("already cached"),
    }
}

fn contains(cache: &AuthCache, n: u128, user: u128, tenant: u128) -> bool {
    matches!(get(cache, Duration::ZERO, n, user, tenant), Lookup::Hit(_))
}

fn valid_cache() -> AuthCache {
    let cache = AuthCache::default();
    cache.set_valid_until(Instant::now() + Duration::from_hours(1));
    cache
}

#[test]
fn entry_is_used_only_while_cache_is_valid() {
    let cache = AuthCache::default();
    insert(&cache, 1, 1, 1);
    assert!(!contains(&cache, 1, 1, 1), "not valid yet");
    cache.set_valid_until(Instant::now() + Duration::from_secs(30));
    insert(&cache, 1, 1, 1);
    assert!(contains(&cache, 1, 1, 1));
    assert!(!contains(&cache, 1, 2, 1), "session of another user");
    assert!(!contains(&cache, 1, 1, 2), "another tenant");
    let is_hit_after = |seconds| matches!(get(&cache, Duration::from_secs(seconds), 1, 1, 1), Lookup::Hit(_));
    assert!(!is_hit_after(31), "validity has expired");
    cache.set_valid_until(Instant::now() + Duration::from_hours(1));
    assert!(is_hit_after(31), "validity was extended");
    assert!(!is_hit_after(61), "entry is too old");
}

#[test]
fn entry_of_expired_session_is_a_miss() {
    let cache = valid_cache();
    insert(&cache, 1, 1, 1);
    let later = NOW + chrono::TimeDelta::days(1);
    let lookup = cache.get(&credential(1, 1), Some(Uuid::from_u128(1).into()), later);
    assert!(matches!(lookup, Lookup::Miss(_)));
}

#[test]
fn invalidation_removes_only_matching_entries() {
    for (payload, is_removed) in [
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
        let cache = valid_cache();
        let entries = [(1, 1, 1), (2, 1, 2), (3, 3, 2)];
        for (n, user, tenant) in entries {
            insert(&cache, n, user, tenant);
        }
        cache.invalidate([Invalidation::parse(payload)]);
        let removed = entries.map(|(n, user, tenant)| !contains(&cache, n, user, tenant));
        assert_eq!(removed, is_removed, "{payload}");
    }
}

/// A lookup, then an invalidation, then the insert of the outdated row.
#[test]
fn insert_after_invalidation_is_ignored() {
    let cache = valid_cache();
    for invalidate in [
        (|c: &AuthCache| c.invalidate([Invalidation::Session(session(1))])) as fn(&AuthCache),
        |c| {
            c.clear();
            c.set_valid_until(Instant::now() + Duration::from_hours(1));
        },
    ] {
        let Lookup::Miss(generation) = get(&cache, Duration::ZERO, 1, 1, 1) else {
            panic!("already cached")
        };
        invalidate(&cache);
        cache.insert(generation, credential(1, 1), context(1, 1));
        assert!(!contains(&cache, 1, 1, 1));
    }
}

#[test]
fn full_cache_evicts_half_of_its_entries() {
    let cache = valid_cache();
    for n in 0..=CAPACITY as u128 {
        insert(&cache, n, n, n);
    }
    assert!(contains(
        &cache,
        CAPACITY as u128,
        CAPACITY as u128,
        CAPACITY as u128
    ));
    let len = cache.read().entries.len();
    assert!((CAPACITY / 2..=CAPACITY / 2 + 1).contains(&len), "{len}");
}

#[test]
fn key_is_cached_until_it_is_changed_or_expires() {
    let key = |n: u8| Credential::Key(vec![n; 32]);
    let insert = |cache: &AuthCache, n: u8| {
        let Lookup::Miss(generation) = cache.get(&key(n), None, NOW) else {
            panic!("already cached")
        };
        let context = AuthContext {
            key: Some(KeyContext {
                id: Uuid::from_u128(n.into()).into(),
                scopes: vec![Scope::JobappsRead],
            }),
            expires_at: (n == 1).then(|| NOW + chrono::TimeDelta::days(1)),
            ..context(n.into(), 9)
        };
        cache.insert(generation, key(n), context);
    };
    let contains = |cache: &AuthCache, n, now| matches!(cache.get(&key(n), None, now), Lookup::Hit(_));
    let cache = valid_cache();
    insert(&cache, 1);
    insert(&cache, 2);
    let later = NOW + chrono::TimeDelta::days(1);
    assert!(contains(&cache, 1, NOW) && !contains(&cache, 1, later), "expired");
    assert!(contains(&cache, 2, later), "does not expire");
    cache.invalidate([Invalidation::parse("key 00000000-0000-0000-0000-000000000001")]);
    assert!(!contains(&cache, 1, NOW) && contains(&cache, 2, NOW));
    cache.invalidate([Invalidation::parse("user 00000000-0000-0000-0000-000000000002")]);
    assert!(!contains(&cache, 2, NOW));
}
